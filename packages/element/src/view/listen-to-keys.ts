import type { Point } from "../prompt/prompt.js";
import type { ElementTexts } from "../texts.js";
import type { PictureView } from "./picture-view.js";
import type { Prompter } from "./prompter.js";

/** One step of the cursor, and one with Shift, as parts of the picture's longer side. */
const STEP = 0.01;
const LARGE_STEP = 0.1;

const MOVES: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A cursor by the arrow keys, and keys for what a pointer can do. */
export function listenToKeys(
  view: PictureView,
  isActive: () => boolean,
  texts: () => ElementTexts,
  prompter: Prompter,
): void {
  let cursor: Point | undefined;
  let corner: Point | undefined;

  const place = (at: Point | undefined) => {
    cursor = at;
    view.showCursor(at);
    view.showDrag(corner && at ? [...corner, ...at] : undefined);
  };
  const move = ([dx, dy]: Point, isLarge: boolean) => {
    const [width, height] = view.size;
    const [x, y] = cursor ?? [width / 2, height / 2];
    const step = Math.max(1, Math.max(width, height) * (isLarge ? LARGE_STEP : STEP));
    const within = (at: number, size: number) => Math.min(Math.max(at, 0), size);
    place([within(x + dx * step, width), within(y + dy * step, height)]);
    view.say(texts().cursor(Math.round(cursor?.[0] ?? 0), Math.round(cursor?.[1] ?? 0)));
  };
  const toggleCorner = (at: Point) => {
    if (!corner) {
      corner = at;
      place(at);
      return view.say(texts().corner);
    }
    const box = [...corner, ...at] as const;
    corner = undefined;
    place(at);
    prompter.box(box);
  };
  const press = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean => {
    const direction = MOVES[key];
    const [width, height] = view.size;
    const at = cursor ?? ([width / 2, height / 2] as const);
    if (ctrlKey || metaKey) {
      if (key.toLowerCase() !== "z" || shiftKey) return false;
      prompter.undo();
    } else if (direction) move(direction, shiftKey);
    else if (key === "Enter" || key === " ") prompter.point(at, altKey ? "exclude" : "mode");
    else if (key === "+") prompter.point(at, "include");
    else if (key === "-") prompter.point(at, "exclude");
    else if (key.toLowerCase() === "b") toggleCorner(at);
    else if (key === "Backspace") prompter.undo();
    else if (key === "Delete") prompter.clear();
    else if (key === "Escape" && corner) {
      corner = undefined;
      place(cursor);
    } else return false;
    return true;
  };
  view.stage.addEventListener("keydown", (event) => {
    if (isActive() && view.size[0] > 0 && press(event)) event.preventDefault();
  });
  view.stage.addEventListener("blur", () => {
    corner = undefined;
    place(undefined);
  });
}
