import type { JSX } from "preact";
import { objectColor } from "../domain/colors.js";
import { camera, insets } from "../state/camera.js";
import { everything, hoveredFound, passing } from "../state/everything.js";
import { maskOf } from "../state/masks.js";
import { chosenIds, isBare, photo } from "../state/session.js";
import { pointer } from "../state/stage-state.js";
import { numberText, percent } from "../words/numbers.js";

/** More names than this cover more than they tell. */
const MAX_TAGS = 24;
/** About half the width of a tag, in CSS pixels. */
const TAG_REACH = 40;

/** Names beside masks that are not chosen; in "Everything" what lies under the pointer. */
export function Tags(): JSX.Element | null {
  const shown = photo.value;
  if (!shown || isBare.value) return null;
  const { scale, left, top } = camera.value;
  if (everything.value) {
    const found = passing.value.find(({ id }) => id === hoveredFound.value);
    const at = pointer.value;
    if (!found || !at) return null;
    const share = found.view.area / (shown.width * shown.height);
    return (
      <span
        class="tag num"
        style={{ transform: `translate(${at.x}px, ${at.y - 26}px) translate(-50%, -50%)` }}
      >
        <span class="swatch" style={{ background: objectColor(found.number) }} />#{found.number} ·{" "}
        {percent(share, 1)} · {numberText(found.score, 2)}
      </span>
    );
  }
  const others = shown.objects.filter(({ id, isVisible }) => isVisible && !chosenIds.value.has(id));
  return (
    <>
      {others.slice(0, MAX_TAGS).map((each) => {
        const mask = maskOf(shown, each);
        if (!mask || mask.view.area === 0) return null;
        const [x0, y0, x1] = mask.view.box;
        // Not under what floats at the side.
        const x = Math.max(insets.value.left + TAG_REACH, left + ((x0 + x1) / 2) * scale);
        const y = Math.max(16, top + y0 * scale - 16);
        return (
          <span
            key={each.id}
            class="tag"
            style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` }}
          >
            <span class="swatch" style={{ background: objectColor(each.number) }} />
            <bdi>{each.name}</bdi>
          </span>
        );
      })}
    </>
  );
}
