/** A field of text keeps its keys to itself. Enter takes what was typed, and the keys work on the photo again. */
export function endTyping(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  event.stopPropagation();
  if (event.key !== "Enter") return;
  // What has the focus next must not take this key for a press of its own.
  event.preventDefault();
  const field = event.currentTarget;
  field.blur();
  const stage = document.querySelector<HTMLElement>("main [tabindex='0']");
  (stage ?? field.closest("li")?.querySelector("button"))?.focus({ preventScroll: true });
}
