/** Arrow keys go from button to button inside a toolbar, list or group; Home and End to its ends. */
export function arrowKeys(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const onwards = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
  const step = { ArrowRight: onwards, ArrowDown: 1, ArrowLeft: -onwards, ArrowUp: -1 }[event.key];
  if (step === undefined && event.key !== "Home" && event.key !== "End") return;
  if (event.target instanceof HTMLInputElement) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled), [tabindex]")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const to = event.key === "Home" ? 0 : event.key === "End" ? stops.length - 1 : at + (step ?? 0);
  stops[(to + stops.length) % stops.length]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
