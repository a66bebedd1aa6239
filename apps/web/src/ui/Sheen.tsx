import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { camera } from "../state/camera.js";
import { encoding, model, photo } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { useSecondsLeft } from "./seconds-left.js";

/** What is done sooner says nothing. */
const SHORT_MS = 300;

/** A soft light over the photo while it is encoded; with reduced motion a still badge. */
export function Sheen(): JSX.Element | null {
  const shown = photo.value;
  const since = encoding.value?.since;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (since === undefined) return;
    const timer = setTimeout(() => setLong(true), SHORT_MS);
    return () => clearTimeout(timer);
  }, [since]);
  const due = useSecondsLeft(isLong ? encoding.value : null);
  if (!isLong || !shown || encoding.value?.photoId !== shown.id || !model.value) return null;
  const { scale, left, top } = camera.value;
  const style = {
    transform: `translate(${left}px, ${top}px)`,
    width: `${shown.width * scale}px`,
    height: `${shown.height * scale}px`,
  };
  return (
    <div class="sheen" style={style}>
      <span class="badge num" data-testid="encoding">
        {due ? fill(words().stage.preparingDue, { when: due }) : words().stage.preparing}
      </span>
    </div>
  );
}
