import { everything } from "../../state/everything.js";
import { type Tool, tool } from "../../state/session.js";
import { holdSpace, isSpaceHeld } from "../../state/stage-state.js";
import { beginBox } from "./box.js";
import { type Gesture, type PointerAt, placeOf } from "./gesture.js";
import { beginHandle, handleAt } from "./handle.js";
import { beginPan } from "./pan.js";
import { beginPress } from "./press.js";
import { beginStroke } from "./stroke.js";

/** What a press begins with each tool, where it hits no handle. */
const BY_TOOL: Readonly<Record<Tool, (from: PointerAt) => Gesture>> = {
  select: beginPress,
  box: (from) => beginBox(placeOf(from)),
  brush: (from) => beginStroke(from, from.isAlt),
  erase: (from) => beginStroke(from, !from.isAlt),
  move: beginPan,
};

/** @param isMiddle  with the middle button, which moves the picture whatever the tool is */
export function beginGesture(from: PointerAt, isMiddle: boolean): Gesture {
  const isHeld = isSpaceHeld.value;
  holdSpace(isHeld, isHeld);
  const used = tool.value;
  if (isMiddle || isHeld || used === "move") return beginPan(from);
  if (everything.value) return beginPress(from);
  const handle = used === "select" || used === "box" ? handleAt(from, from.isTouch) : null;
  return handle ? beginHandle(handle, from) : BY_TOOL[used](from);
}
