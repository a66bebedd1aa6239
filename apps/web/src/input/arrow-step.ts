import type { Step } from "../state/actions.js";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What an arrow key moves by: a hundredth of the photo, a twentieth with Shift, a pixel of the screen with Alt. */
export function arrowStep(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}): Step | null {
  const arrow = ARROWS[event.key];
  if (!arrow) return null;
  const size = event.altKey ? 1 : event.shiftKey ? 0.05 : 0.01;
  return { dx: size * arrow[0], dy: size * arrow[1], isPixels: event.altKey };
}
