import { paint } from "../../state/actions.js";
import { camera } from "../../state/camera.js";
import { endPreview } from "../../state/hover.js";
import { brushSize } from "../../state/session.js";
import { liveStroke, showStroke } from "../../state/stage-state.js";
import { type Gesture, type PointerAt, placeOf } from "./gesture.js";

/** Paints or erases along the way. */
export function beginStroke(from: PointerAt, isErase: boolean): Gesture {
  endPreview();
  const { x, y } = placeOf(from);
  showStroke({ isErase, radius: brushSize.value / camera.value.scale, path: [x, y] });
  const gesture: Gesture = {
    moves({ trail }) {
      const stroke = liveStroke.value;
      if (!stroke) return gesture;
      const added = trail.flatMap((each) => {
        const place = placeOf(each);
        return [place.x, place.y];
      });
      showStroke({ ...stroke, path: [...stroke.path, ...added] });
      return gesture;
    },
    ends() {
      const stroke = liveStroke.value;
      showStroke(null);
      if (stroke) paint(stroke);
    },
    cancels: () => showStroke(null),
  };
  return gesture;
}
