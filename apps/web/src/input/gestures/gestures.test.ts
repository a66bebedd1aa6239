import { beforeEach, describe, expect, it } from "vitest";
import { addPoint, setBox } from "../../domain/commands.js";
import type { ObjectDoc, PhotoDoc } from "../../domain/document.js";
import { createHistory } from "../../domain/history.js";
import { camera, fit, setStage } from "../../state/camera.js";
import * as session from "../../state/session.js";
import { isPanning, liveBox, liveStroke, loupe } from "../../state/stage-state.js";
import { beginGesture } from "./begin.js";
import type { PointerAt } from "./gesture.js";
import { beginPinch } from "./pinch.js";

const PHOTO: PhotoDoc = { id: "p", name: "p.jpg", width: 200, height: 100, objects: [] };
const target = { photoId: "p", objectId: "o" };

/** A mouse at a place of the stage, which shows the photo at twice its size from its corner on. */
const at = (x: number, y: number, more: Partial<PointerAt> = {}): PointerAt => ({
  x,
  y,
  isTouch: false,
  isAlternate: false,
  isAlt: false,
  isShift: false,
  isMore: false,
  trail: [{ x, y }],
  ...more,
});
const begin = (from: PointerAt) => beginGesture(from, false);
const object = (): ObjectDoc | undefined => session.doc.value.photos[0]?.objects[0];

beforeEach(() => {
  session.history.value = createHistory({ photos: [PHOTO], nextNumber: 1, classes: [] });
  session.showPhoto("p");
  session.tool.value = "select";
  setStage({ width: 400, height: 200 }, { top: 0, right: 0, bottom: 0, left: 0 });
  fit();
});

describe("a press", () => {
  it("is a click where it is let go", () => {
    begin(at(40, 60)).ends(at(42, 60));
    expect(object()?.points).toMatchObject([{ x: 21, y: 30, isInclude: true }]);
  });

  it("excludes with Alt or the right button, as it was pressed", () => {
    begin(at(40, 60)).ends(at(40, 60));
    begin(at(80, 60, { isAlternate: true })).ends(at(80, 60));
    expect(object()?.points.map(({ isInclude }) => isInclude)).toEqual([true, false]);
  });

  it("draws a box once a mouse moves by more than six pixels, and shows it meanwhile", () => {
    const pressed = begin(at(40, 60));
    expect(pressed.moves(at(46, 60))).toBe(pressed);
    const box = pressed.moves(at(140, 160));
    expect(liveBox.value).toEqual({ x0: 20, y0: 30, x1: 70, y1: 80 });
    box.ends(at(140, 160));
    expect(object()?.box).toEqual({ x0: 20, y0: 30, x1: 70, y1: 80 });
    expect(liveBox.value).toBeNull();
  });

  it("of a finger looks for its place under a loupe, however far it goes", () => {
    const finger = { isTouch: true };
    const pressed = begin(at(40, 60, finger));
    expect(pressed.moves(at(140, 160, finger))).toBe(pressed);
    expect(loupe.value).toMatchObject({ x: 140, y: 160 });
    pressed.ends(at(140, 160, finger));
    expect(object()?.points).toMatchObject([{ x: 70, y: 80 }]);
    expect(loupe.value).toBeNull();
  });

  it("beside the photo lets the chosen object go", () => {
    session.dispatch(addPoint(target, { id: "a", x: 50, y: 50, isInclude: true }, null));
    session.objectId.value = "o";
    setStage({ width: 600, height: 200 }, { top: 0, right: 0, bottom: 0, left: 0 });
    begin(at(20, 60)).ends(at(20, 60));
    expect(session.objectId.value).toBeNull();
  });
});

describe("a box", () => {
  it("stays within the photo, and is none where it is a slip", () => {
    session.tool.value = "box";
    const slip = begin(at(40, 60));
    slip.moves(at(42, 61)).ends(at(42, 61));
    expect(object()).toBeUndefined();
    const box = begin(at(300, 100));
    box.moves(at(900, -50)).ends(at(900, -50));
    expect(object()?.box).toEqual({ x0: 150, y0: 0, x1: 200, y1: 50 });
  });

  it("is not made where another finger comes", () => {
    session.tool.value = "box";
    const box = begin(at(40, 60)).moves(at(140, 160));
    box.cancels();
    expect([liveBox.value, object()]).toEqual([null, undefined]);
  });
});

describe("a stroke", () => {
  it("takes every place that the pointer passed, and erases with Alt", () => {
    session.tool.value = "brush";
    const stroke = begin(at(40, 60));
    stroke.moves(at(60, 80, { trail: [at(50, 70), at(60, 80)] }));
    expect(liveStroke.value).toMatchObject({ isErase: false, radius: 14, path: [20, 30, 25, 35, 30, 40] });
    stroke.ends(at(60, 80));
    expect(object()?.strokes).toMatchObject([{ isErase: false, path: [20, 30, 25, 35, 30, 40] }]);
    begin(at(40, 60, { isAlt: true })).ends(at(40, 60));
    expect(object()?.strokes.map(({ isErase }) => isErase)).toEqual([false, true]);
  });
});

describe("a handle", () => {
  beforeEach(() => {
    session.dispatch(addPoint(target, { id: "a", x: 50, y: 50, isInclude: true }, null));
    session.objectId.value = "o";
  });

  it("is caught within 13 pixels by a mouse and within 24 by a finger", () => {
    begin(at(112, 100)).ends(at(112, 100));
    expect(session.pointId.value).toBe("a");
    begin(at(112, 100)).ends(at(112, 100));
    expect(session.pointId.value).toBeNull();
    begin(at(122, 100, { isTouch: true })).ends(at(122, 100, { isTouch: true }));
    expect(session.pointId.value).toBe("a");
    begin(at(122, 100)).ends(at(122, 100));
    expect(object()?.points).toHaveLength(2);
  });

  it("moves its point, and deletes it off the photo", () => {
    begin(at(100, 100)).moves(at(120, 140)).ends(at(120, 140));
    expect(object()?.points).toMatchObject([{ id: "a", x: 60, y: 70 }]);
    begin(at(120, 140)).moves(at(120, 300)).ends(at(120, 300));
    expect(object()).toBeUndefined();
  });

  it("moves the corner of a box against the one that faces it", () => {
    session.dispatch(setBox(target, { x0: 80, y0: 20, x1: 120, y1: 60 }));
    begin(at(160, 40)).moves(at(140, 20)).ends(at(140, 20));
    expect(object()?.box).toEqual({ x0: 70, y0: 10, x1: 120, y1: 60 });
  });
});

describe("the picture", () => {
  it("is moved by the hand, and by the middle button with every tool", () => {
    const pan = beginGesture(at(10, 10), true);
    expect(isPanning.value).toBe(true);
    pan.moves(at(30, 25)).moves(at(40, 25));
    expect(camera.value).toEqual({ scale: 2, left: 30, top: 15 });
    pan.ends(at(40, 25));
    expect(isPanning.value).toBe(false);
  });

  it("is zoomed by two fingers about their middle; a tap of two undoes, of three redoes", () => {
    begin(at(40, 60)).ends(at(40, 60));
    const tap = beginPinch([at(50, 50), at(90, 50)]);
    tap.moves([at(51, 50), at(91, 50)]);
    tap.ends();
    expect(object()).toBeUndefined();
    const three = beginPinch([at(50, 50), at(90, 50)]);
    three.joins([at(50, 50), at(90, 50), at(130, 50)]);
    three.ends();
    expect(object()?.points).toHaveLength(1);
    fit();
    const pinch = beginPinch([at(100, 100), at(200, 100)]);
    pinch.moves([at(50, 100), at(250, 100)]);
    pinch.ends();
    expect(camera.value).toEqual({ scale: 4, left: -150, top: -100 });
    expect(object()?.points).toHaveLength(1);
  });
});
