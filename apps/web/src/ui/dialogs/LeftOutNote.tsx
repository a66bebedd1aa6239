import type { JSX } from "preact";
import type { LeftOut } from "../../state/left-out.js";
import { fill, words } from "../../words/words.js";

/** Says what an export leaves out. */
export function LeftOutNote({ hidden, videos, missing }: LeftOut): JSX.Element | null {
  if (hidden + videos + missing === 0) return null;
  const text = words().export;
  return (
    <p class="frame-note num" data-testid="left-out">
      {hidden > 0 && fill(text.hiddenLeftOut, { count: hidden })}{" "}
      {videos > 0 && fill(text.videosLeftOut, { count: videos })}{" "}
      {missing > 0 && fill(text.missingLeftOut, { count: missing })}
    </p>
  );
}
