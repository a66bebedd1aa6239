import * as actions from "../state/actions.js";
import { camera, fit, panBy, viewport, zoomBy, zoomTo } from "../state/camera.js";
import { cellGrid, endCellGrid, enterCell, toggleCellGrid } from "../state/cell-grid.js";
import { copyCutOut } from "../state/cut-outs.js";
import { closeEverything, everything, startEverything } from "../state/everything.js";
import { endPreview, previewAt } from "../state/hover.js";
import { maskOf } from "../state/masks.js";
import { keepAndNext, stepPhoto, stepToEmpty } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { pickAll } from "../state/selection.js";
import * as session from "../state/session.js";
import { copyToNext, mergeChosen } from "../state/several.js";
import {
  crosshair,
  holdSpace,
  isSpaceHeld,
  isSpaceUsed,
  liveBox,
  moveCrosshair,
  showBox,
} from "../state/stage-state.js";
import { takeSubject } from "../state/subject.js";
import { openGoTo } from "../state/video/go-to.js";
import { stepFrame, togglePlaying } from "../state/video/playback.js";
import { markIn, markOut } from "../state/video/range.js";
import { toggleTracking } from "../state/video/tracker.js";
import { arrowStep } from "./arrow-step.js";

export function listenToKeys(): () => void {
  const onDown = (event: KeyboardEvent) => {
    if (session.dialog.value || isTyping(event.target)) return;
    const isCommand = event.metaKey || event.ctrlKey;
    if (event.repeat && !mayRepeat(event)) {
      // Else a browser would take it for one of its own.
      if (isCommand && /^(a|b|e|enter)$/.test(letterOf(event))) event.preventDefault();
      return;
    }
    if (isCommand ? command(event) : letter(event)) event.preventDefault();
  };
  const onUp = (event: KeyboardEvent) => {
    if (event.key === " ") {
      // Space alone plays a video; held while dragging it moves the picture.
      if (isSpaceHeld.value && !isSpaceUsed.value) togglePlaying();
      holdSpace(false);
    }
    if (letterOf(event) === "x") session.setBare(false);
  };
  const onBlur = () => {
    holdSpace(false);
    session.setBare(false);
  };
  addEventListener("keydown", onDown);
  addEventListener("keyup", onUp);
  addEventListener("blur", onBlur);
  return () => {
    removeEventListener("keydown", onDown);
    removeEventListener("keyup", onUp);
    removeEventListener("blur", onBlur);
  };
}

/** Keys whose place matters, by the signs that they have on a keyboard of the United States: what other keyboards have there does the same, if nothing else. */
const PLACES: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Comma: ",",
  Period: ".",
  Minus: "-",
  Equal: "=",
};

/** A digit, by its sign or by its place: some keyboards have digits only with Shift. */
function digitOf({ key, code, shiftKey }: KeyboardEvent): string | undefined {
  if (/^\d$/.test(key)) return key;
  return shiftKey ? undefined : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
}

/** The key by its sign; on keyboards whose letters are no Latin ones, by its place. */
function letterOf({ key, code }: KeyboardEvent): string {
  const isForeign = key.length === 1 && /\p{L}/u.test(key) && !/[a-z]/i.test(key);
  return (isForeign && /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase()) || key.toLowerCase();
}

/** A key that is held does these again and again; all others do once what they do. */
const REPEATING: ReadonlySet<string> = new Set([..."zyjk[]+=-,. "]);

function mayRepeat(event: KeyboardEvent): boolean {
  const key = PLACES[event.code] ?? letterOf(event);
  return key.startsWith("arrow") || REPEATING.has(key);
}

function command(event: KeyboardEvent): boolean {
  const key = letterOf(event);
  if (key === "z") {
    if (event.shiftKey) session.redoStep();
    else session.undoStep();
    return true;
  }
  if (key === "y") {
    session.redoStep();
    return true;
  }
  // Marked text is copied by the browser.
  if (key === "c" && session.object.value && getSelection()?.isCollapsed !== false) {
    void copyCutOut();
    return true;
  }
  if (key === "a" && session.photo.value) {
    pickAll();
    return true;
  }
  if (key === "b" && session.object.value) {
    void copyToNext(event.shiftKey ? "masks" : "clicks");
    return true;
  }
  if (key === "enter" && session.photo.value) {
    keepAndNext();
    return true;
  }
  if (key === "e" && session.photo.value && session.photo.value.video?.kind !== "camera") {
    session.openDialog("export");
    return true;
  }
  return false;
}

const LETTERS: Readonly<Record<string, () => void>> = {
  v: () => actions.setTool("select"),
  b: () => actions.setTool("box"),
  p: () => actions.setTool("brush"),
  e: () => actions.setTool("erase"),
  h: () => actions.setTool("move"),
  n: () => actions.newObject(),
  q: () => actions.toggleQuick(),
  i: () => session.openDialog("open"),
  l: () => actions.toggleLock(),
  m: () => void mergeChosen(),
  f: () => toggleCellGrid(),
  g: () => openGoTo(),
  a: () => void startEverything(),
  w: () => void takeSubject(),
  j: () => actions.stepObject(1),
  k: () => actions.stepObject(-1),
  x: () => {
    session.setBare(true);
  },
  "1": () => actions.chooseMask(0),
  "2": () => actions.chooseMask(1),
  "3": () => actions.chooseMask(2),
  "[": () => resizeBrush(1 / 1.2),
  "]": () => resizeBrush(1.2),
  "+": () => zoomBy(1.25),
  "=": () => zoomBy(1.25),
  "-": () => zoomBy(1 / 1.25),
  "0": () => fit(),
  z: () => zoomToObject(),
  ",": () => (session.photo.value?.video ? stepFrame(-1) : stepPhoto(-1)),
  ".": () => (session.photo.value?.video ? stepFrame(1) : stepPhoto(1)),
  t: () => toggleTracking(),
  o: () => picker.open(),
  "\\": () => {
    session.setPanelOpen(!session.isPanelOpen.value);
  },
  "?": () => {
    session.openDialog("keys");
  },
  delete: () => actions.deleteChosen(),
  backspace: () => actions.deleteChosen(),
  escape: () => goBack(),
};

function letter(event: KeyboardEvent): boolean {
  const isOnControl =
    event.target instanceof HTMLElement && event.target.closest("button, input, [role=option]");
  if (event.key === " " && !isOnControl) {
    holdSpace(true, event.repeat && isSpaceUsed.value);
    return true;
  }
  if (event.key === "Escape" || !isOnControl) {
    if (event.key.startsWith("Arrow")) return steerCrosshair(event);
    if (event.key === "Enter") return placeAtCrosshair(event);
  }
  if (event.shiftKey && hasShiftedKey(event)) return true;
  const isLetter = event.key.length === 1;
  if (isLetter && !session.hasLetterKeys.value && event.key !== "?") return false;
  const digit = digitOf(event);
  if (cellGrid.value && digit && digit !== "0") {
    enterCell(Number(digit));
    return true;
  }
  const does = LETTERS[digit ?? letterOf(event)] ?? LETTERS[PLACES[event.code] ?? ""];
  if (!does || event.altKey || (!session.photo.value && event.key !== "o" && event.key !== "?")) return false;
  if (isOnControl && event.key === "Backspace" && !isOnControl.matches("[role=option]")) return false;
  does();
  return true;
}

/** With Shift, where a video is open: a part of it begins, ends. */
const MARKS: Readonly<Record<string, () => void>> = { i: markIn, o: markOut };

/** Keys with Shift. Digits and signs are known by their place, since Shift makes other signs of them on each keyboard. */
function hasShiftedKey(event: KeyboardEvent): boolean {
  const { code } = event;
  if (!session.photo.value || !session.hasLetterKeys.value) return false;
  const mark = session.photo.value.video?.kind === "file" ? MARKS[letterOf(event)] : undefined;
  if (mark) {
    mark();
    return true;
  }
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit) {
    const label = digit === "0" ? "" : session.doc.value.classes[Number(digit) - 1];
    if (label !== undefined) actions.giveClass(label);
    return label !== undefined;
  }
  const by = ({ Period: 1, Comma: -1 } as const)[code as "Period" | "Comma"];
  if (by) stepToEmpty(by);
  return by !== undefined;
}

function goBack(): void {
  if (liveBox.value) showBox(null);
  else if (cellGrid.value) endCellGrid();
  else if (everything.value) closeEverything();
  else if (crosshair.value) {
    moveCrosshair(null);
    corner = null;
    endPreview();
  } else actions.stepBack();
}

function resizeBrush(factor: number): void {
  session.setBrushSize(session.brushSize.value * factor);
}

function zoomToObject(): void {
  const photo = session.photo.value;
  const object = session.object.value;
  const shown = photo && object && maskOf(photo, object);
  if (shown) zoomTo(shown.view.box);
}

/** A press of an arrow key moves the picture by so many hundredths of the stage. */
const PAN = 5;

/** The first corner of a box that is drawn by keys. */
let corner: { x: number; y: number } | null = null;

/** With the hand, arrows move the picture instead. */
function steerCrosshair(event: KeyboardEvent): boolean {
  const photo = session.photo.value;
  const by = arrowStep(event);
  if (!photo || !by) return false;
  if (session.tool.value === "move") {
    const { width, height } = viewport.value;
    panBy(-by.dx * (by.isPixels ? 1 : PAN * width), -by.dy * (by.isPixels ? 1 : PAN * height));
    return true;
  }
  const next = actions.stepped(crosshair.value ?? { x: photo.width / 2, y: photo.height / 2 }, by, photo);
  moveCrosshair(next);
  if (corner) {
    showBox({
      x0: Math.min(corner.x, next.x),
      y0: Math.min(corner.y, next.y),
      x1: Math.max(corner.x, next.x),
      y1: Math.max(corner.y, next.y),
    });
  } else if (session.tool.value === "select") {
    previewAt({ ...next, isInclude: session.isIncluding.value, isNew: !actions.openObject() });
  }
  return true;
}

function placeAtCrosshair(event: KeyboardEvent): boolean {
  const place = crosshair.value;
  if (!place) return false;
  endCellGrid();
  if (session.tool.value === "box") {
    if (!corner) corner = place;
    else {
      const box = liveBox.value;
      corner = null;
      showBox(null);
      if (box && box.x1 > box.x0 && box.y1 > box.y0) actions.drawBox(box, event.shiftKey);
    }
    return true;
  }
  const isInclude = event.altKey ? !session.isIncluding.value : session.isIncluding.value;
  if (session.tool.value === "brush" || session.tool.value === "erase") {
    const radius = session.brushSize.value / camera.value.scale;
    actions.paint({ isErase: session.tool.value === "erase", radius, path: [place.x, place.y] });
  } else actions.clickAt(place, { isInclude, isNew: event.shiftKey || (session.isQuick.value && isInclude) });
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=range]):not([type=checkbox]), textarea, select"))
  );
}
