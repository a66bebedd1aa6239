import { describe, expect, it } from "vitest";
import {
  addObjects,
  addPhotos,
  addPoint,
  addStroke,
  askAlternatives,
  chooseMask,
  deleteObject,
  lockObject,
  moveObject,
  movePoint,
  removePhoto,
  removePoint,
  renameObject,
  setBox,
  setCleanUp,
  setMasks,
  showObject,
} from "./commands.js";
import { EMPTY_DOC, findObject } from "./document.js";
import { apply, createHistory, labels, MAX_STEPS, redo, seal, undo } from "./history.js";

const photo = { id: "p", name: "kitchen.jpg", width: 120, height: 80, objects: [] };
const target = { photoId: "p", objectId: "o" };
const mask = { id: "m", rle: { size: [80, 120] as const, counts: new Uint32Array([9600]) }, score: 1 };
const point = (id: string, isInclude = true) => ({ id, x: 10, y: 20, isInclude });
const opened = () => apply(createHistory(EMPTY_DOC), addPhotos([photo]));

describe("history", () => {
  it("makes an object with its first point, numbers it, and takes it back", () => {
    const history = apply(opened(), addPoint(target, point("a"), null));
    expect(findObject(history.present, "p", "o")).toMatchObject({ name: "Object 1", points: [{ id: "a" }] });
    expect(labels(history).undo).toBe("addPoint");
    const back = undo(history);
    expect(findObject(back.present, "p", "o")).toBeUndefined();
    expect(labels(back)).toEqual({ undo: { step: "openName", name: "kitchen.jpg" }, redo: "addPoint" });
    expect(redo(back).present).toBe(history.present);
  });

  it("leaves a locked object as it is, but for its name, its lock and whether it is seen", () => {
    const made = apply(apply(opened(), addPoint(target, point("a"), null)), lockObject(target, true));
    const box = { x0: 1, y0: 2, x1: 30, y1: 40 };
    const stroke = { id: "s", isErase: false, radius: 3, path: [1, 2, 3, 4] };
    for (const command of [
      addPoint(target, point("b"), null),
      movePoint(target, "a", 1, 1),
      removePoint(target, "a"),
      setBox(target, box),
      chooseMask(target, 1),
      askAlternatives(target),
      addStroke(target, stroke),
      setCleanUp(target, { holes: 9 }),
      deleteObject(target),
    ]) {
      expect(apply(made, command), JSON.stringify(command.label)).toBe(made);
    }
    const named = apply(made, renameObject(target, "Pan"));
    const hidden = apply(named, showObject(target, false));
    expect(findObject(hidden.present, "p", "o")).toMatchObject({ name: "Pan", isVisible: false });
    const gone = apply(apply(hidden, lockObject(target, false)), deleteObject(target));
    expect(findObject(gone.present, "p", "o")).toBeUndefined();
  });

  it("moves an object in the list, not beyond its ends", () => {
    const two = apply(
      apply(opened(), addPoint(target, point("a"), null)),
      addPoint({ photoId: "p", objectId: "q" }, point("b"), null),
    );
    const order = (history: typeof two) => history.present.photos[0]?.objects.map(({ id }) => id);
    expect(order(apply(two, moveObject(target, 1)))).toEqual(["q", "o"]);
    expect(apply(two, moveObject(target, -1))).toBe(two);
  });

  it("joins the steps of one drag, and not those of two", () => {
    let history = seal(apply(opened(), addPoint(target, point("a"), null)));
    const steps = history.past.length;
    for (const x of [11, 12, 13]) history = apply(history, movePoint(target, "a", x, 20));
    expect(history.past.length).toBe(steps + 1);
    history = apply(seal(history), movePoint(target, "a", 30, 20));
    expect(history.past.length).toBe(steps + 2);
    expect(findObject(undo(history).present, "p", "o")?.points[0]?.x).toBe(13);
    expect(findObject(undo(undo(history)).present, "p", "o")?.points[0]?.x).toBe(10);
  });

  it("forgets what was undone when something new is done", () => {
    const history = undo(apply(opened(), addPoint(target, point("a"), null)));
    const other = apply(history, addPoint(target, point("b"), null));
    expect(other.future).toEqual([]);
    expect(redo(other)).toBe(other);
  });

  it("keeps as many steps as masks are kept for", () => {
    let history = opened();
    for (let i = 0; i < MAX_STEPS + 100; i++) history = apply(history, addPoint(target, point(`${i}`), null));
    expect(history.past.length).toBe(MAX_STEPS);
  });

  it("comes back to the first document from any commands, and forward to the last", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 0; round < 20; round++) {
      const start = opened();
      let history = start;
      const made = 40;
      for (let i = 0; i < made; i++) {
        const some = { photoId: "p", objectId: `o${random(4)}` };
        const commands = [
          addPoint(some, point(`${i}`, random(2) === 0), null),
          movePoint(some, `${random(40)}`, random(120), random(80)),
          removePoint(some, `${random(40)}`),
          setBox(some, { x0: 1, y0: 1, x1: 2 + random(50), y1: 2 + random(50) }),
          setBox(some, null),
          chooseMask(some, random(3)),
          askAlternatives(some),
          addStroke(some, { id: `${i}`, isErase: random(2) === 0, radius: 4, path: [1, 2, 3, 4] }),
          setCleanUp(some, { holes: random(100) }),
          renameObject(some, `n${i}`),
          showObject(some, random(2) === 0),
          deleteObject(some),
          addObjects({ step: "keep", count: 1 }, new Map([["p", [{ id: `k${i}`, fixed: mask }]]])),
          setMasks("p", "merge", new Map([["o", mask]]), new Set(["o1"])),
        ];
        const command = commands[random(commands.length)];
        if (command) history = seal(apply(history, command));
      }
      const end = history.present;
      let back = history;
      while (back.past.length > start.past.length) back = undo(back);
      expect(back.present).toBe(start.present);
      while (back.future.length > 0) back = redo(back);
      expect(back.present).toBe(end);
    }
  });

  it("drops a photo and brings it back", () => {
    const history = apply(opened(), removePhoto("p"));
    expect(history.present.photos).toEqual([]);
    expect(undo(history).present.photos).toEqual([photo]);
  });

  it("calls a step that has grown by what it is now", () => {
    const other = { ...photo, id: "q" };
    const begun = apply(createHistory(EMPTY_DOC), { ...addPhotos([photo], 1), mergeKey: "open" });
    const grown = apply(begun, { ...addPhotos([other], 2), mergeKey: "open" });
    expect(labels(grown).undo).toEqual({ step: "openFiles", count: 2 });
    expect(undo(grown).present).toBe(EMPTY_DOC);
  });
});
