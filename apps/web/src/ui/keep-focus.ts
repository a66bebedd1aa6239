/** What can have the focus, and is not switched off. */
const STOPS = "button:not(:disabled), input:not(:disabled), select, summary, [tabindex='0']";

interface Way {
  readonly element: Element;
  /** Its place among its parent's stops. */
  readonly at: number;
}

/**
 * Gives the focus a place when what had it goes: a dialog that closes, an object that is deleted, a button that is switched off. It goes back to what had
 * it before a dialog, else to what stands in the same place of the nearest group that is left, else to the stage. Ends with the returned call.
 */
export function keepFocus(): () => void {
  /** From the focused element to the root. */
  let way: readonly Way[] = [];
  let beforeDialog: Element | null = null;
  const onFocus = ({ target, relatedTarget }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    const isInDialog = target.closest("dialog") !== null;
    const cameFrom = relatedTarget instanceof Element ? relatedTarget : (way[0]?.element ?? null);
    if (isInDialog && cameFrom && !cameFrom.closest("dialog")) beforeDialog = cameFrom;
    way = wayOf(target);
  };
  const observer = new MutationObserver(() => {
    const focused = document.activeElement;
    const last = way[0]?.element;
    const isLost = !focused || focused === document.body || focused.matches(":disabled");
    if (!last || !isLost || (last.isConnected && !last.matches(":disabled"))) return;
    const isBack =
      last.closest("dialog") !== null && beforeDialog?.isConnected && !beforeDialog.matches(":disabled");
    const next = isBack ? beforeDialog : nearest(way);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", onFocus);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    document.removeEventListener("focusin", onFocus);
    observer.disconnect();
  };
}

function wayOf(target: Element): Way[] {
  const way: Way[] = [];
  for (let element: Element | null = target; element; element = element.parentElement) {
    const stops = element.parentElement ? stopsIn(element.parentElement) : [];
    way.push({ element, at: stops.findIndex((stop) => element?.contains(stop)) });
  }
  return way;
}

/** What stands where the focus was, in the nearest group that is left and has something to focus. */
function nearest(way: readonly Way[]): HTMLElement | undefined {
  for (const [i, { at }] of way.entries()) {
    const group = way[i + 1]?.element;
    if (!group?.isConnected || group.matches("#root, .app, body, html")) continue;
    const stops = stopsIn(group);
    const found = stops[Math.min(Math.max(0, at), stops.length - 1)];
    if (found) return found;
  }
  return document.querySelector<HTMLElement>("main [tabindex='0'], main button") ?? undefined;
}

function stopsIn(group: Element): HTMLElement[] {
  return [...group.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => stop.checkVisibility());
}
