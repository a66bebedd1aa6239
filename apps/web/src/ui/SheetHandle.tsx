import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { setPanelOpen } from "../state/session.js";
import { fill, words } from "../words/words.js";

/** How far a phone's sheet is pulled up, lowest first. */
const DETENTS = ["low", "middle", "high"] as const;
type Detent = (typeof DETENTS)[number];

export const detent = signal<Detent>("middle");

/** Each pull of so many pixels is a step. */
const STEP_PX = 40;

/** Pulls a phone's sheet up and down, by dragging, tapping or arrow keys. */
export function SheetHandle(): JSX.Element {
  const from = useRef<number | null>(null);
  const isPulled = useRef(false);
  const onMove = (event: PointerEvent) => {
    if (from.current === null) return;
    const by = from.current - event.clientY;
    if (Math.abs(by) < STEP_PX) return;
    from.current = event.clientY;
    isPulled.current = true;
    step(Math.sign(by));
  };
  return (
    <button
      type="button"
      class="grab"
      aria-label={fill(words().objects.sheet, { detent: words().objects[detent.value] })}
      data-testid="sheet-handle"
      onPointerDown={(event) => {
        from.current = event.clientY;
        isPulled.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onMove}
      onPointerUp={() => {
        from.current = null;
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        step(by);
      }}
      onClick={() => {
        if (!isPulled.current) pull(DETENTS[(DETENTS.indexOf(detent.value) + 1) % DETENTS.length]);
        isPulled.current = false;
      }}
    />
  );
}

function step(by: number): void {
  pull(DETENTS[DETENTS.indexOf(detent.value) + by]);
}

function pull(to: Detent | undefined): void {
  if (to) detent.value = to;
  setPanelOpen(true);
}
