import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as commands from "../domain/commands.js";
import { type Doc, EMPTY_DOC, hasPrompts, type ObjectDoc, type PhotoDoc } from "../domain/document.js";
import { createHistory, MAX_STEPS } from "../domain/history.js";
import { LateEngine, modelNamed, SIDE, textOf } from "./__fixtures__/late-engine.js";
import { beBrowser, breathe } from "./__fixtures__/one-tab.js";
import { createRandom } from "./__fixtures__/random.js";
import * as actions from "./actions.js";
import { takeAgain } from "./again.js";
import { keepMasksUpToDate } from "./asking.js";
import { flushSaves, keepSaved } from "./autosave.js";
import { keepEncoded } from "./encoding.js";
import { exportRequest } from "./exporting.js";
import { keepPreviewTrue, previewAt } from "./hover.js";
import { chosenIndex, maskOf, needsWork, savedMask } from "./masks.js";
import { closePhoto, keepAndNext, keepPhotoShown, openFiles, stepPhoto } from "./photos.js";
import { keptPart, saveProject } from "./project.js";
import { keepProject, leaveProject, openProjectFile, openSavedProject } from "./projects.js";
import { keepPickedTrue, pickAll } from "./selection.js";
import * as session from "./session.js";
import { copyToNext, cutOutChosen, mergeChosen } from "./several.js";
import { takeSubject } from "./subject.js";

/** So many things are done: enough for each to meet each other one. */
const STEPS = Number(process.env.SAM2JS_STEPS ?? 400);
const SEED = Number(process.env.SAM2JS_SEED ?? 1);

let ends: (() => void)[] = [];

beforeEach(() => {
  beBrowser();
  session.history.value = createHistory(EMPTY_DOC);
});

afterEach(async () => {
  await flushSaves();
  for (const end of ends.splice(0)) end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("whatever is done while answers are on their way, what is on screen is what was asked for, what is saved and what undo brings back", async () => {
  const random = createRandom(SEED);
  const upTo = (count: number) => Math.floor(random() * count);
  const late = new LateEngine();
  session.setEngine(late.engine);
  ends = [
    keepPhotoShown(),
    keepPickedTrue(),
    keepEncoded(),
    keepPreviewTrue(),
    keepMasksUpToDate(),
    keepSaved(),
    keepProject(),
  ];
  session.model.value = late.model;
  /** Masks as they were first seen of each state of an object: undo brings the same state back. */
  const truth = new WeakMap<ObjectDoc, string>();
  const done: string[] = [];
  let file: Blob | undefined;

  /** Ends what was begun, calls ending in any order. */
  const ended = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    void work.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    while (!isOver) {
      late.letGo(random());
      await breathe();
    }
    return work;
  };
  const settle = async () => {
    for (let quiet = 0; quiet < 3; quiet++) {
      if (late.waiting > 0) quiet = 0;
      late.letGo(random());
      await breathe();
    }
  };
  const place = () => ({ x: upTo(SIDE), y: upTo(SIDE) });
  const photos = () => session.doc.value.photos;
  const target = () => actions.chosenTarget();
  const files = () =>
    Array.from(
      { length: 1 + upTo(2) },
      () => new File([`${random()}`], `${upTo(9)}.jpg`, { type: "image/jpeg" }),
    );

  const deeds: Readonly<Record<string, readonly [often: number, deed: () => unknown]>> = {
    click: [9, () => actions.clickAt(place(), { isInclude: random() < 0.8, isNew: random() < 0.3 })],
    preview: [
      6,
      () => previewAt({ ...place(), isInclude: true, isNew: random() < 0.3 || !session.object.value }),
    ],
    "preview, then click": [
      3,
      async () => {
        const at = place();
        const isNew = !session.object.value;
        previewAt({ ...at, isInclude: true, isNew });
        if (random() < 0.5) await breathe();
        actions.clickAt(at, { isInclude: true, isNew });
      },
    ],
    box: [
      2,
      () =>
        actions.drawBox({ x0: upTo(80), y0: upTo(80), x1: 81 + upTo(70), y1: 81 + upTo(70) }, random() < 0.5),
    ],
    "move a point": [
      2,
      () => session.object.value?.points[0] && actions.movePoint(session.object.value.points[0].id, place()),
    ],
    "remove a point": [
      2,
      () =>
        session.object.value?.points.at(-1) &&
        actions.removePoint(session.object.value.points.at(-1)?.id ?? ""),
    ],
    "remove the box": [1, () => session.object.value?.box && actions.removeBox()],
    paint: [
      3,
      () =>
        actions.paint({
          isErase: random() < 0.4,
          radius: 4,
          path: [upTo(SIDE), upTo(SIDE), upTo(SIDE), upTo(SIDE)],
        }),
    ],
    "clean up": [
      1,
      () => {
        const on = target();
        if (on) session.dispatch(commands.setCleanUp(on, { holes: upTo(9) }));
      },
    ],
    reading: [4, () => actions.chooseMask(upTo(3))],
    "other readings": [
      1,
      () => {
        const on = target();
        if (on) session.dispatch(commands.askAlternatives(on));
      },
    ],
    delete: [2, () => actions.deleteChosen()],
    class: [2, () => actions.giveClass(["", "cat", "dog"][upTo(3)] ?? "")],
    rename: [
      1,
      () => {
        const on = target();
        if (on) session.dispatch(commands.renameObject(on, `name ${upTo(3)}`));
      },
    ],
    hide: [
      1,
      () => {
        const on = target();
        if (on) session.dispatch(commands.showObject(on, random() < 0.6));
      },
    ],
    lock: [1, () => actions.toggleLock()],
    "new object": [1, () => actions.newObject()],
    "next object": [4, () => actions.stepObject(random() < 0.5 ? 1 : -1)],
    "all objects": [1, () => pickAll()],
    merge: [1, () => void mergeChosen()],
    cut: [1, () => void cutOutChosen(random() < 0.5)],
    copy: [1, () => void copyToNext(random() < 0.5 ? "clicks" : "masks")],
    subject: [1, () => void takeSubject()],
    "ask again": [1, () => takeAgain()],
    undo: [7, () => session.undoStep()],
    redo: [6, () => session.redoStep()],
    "next photo": [3, () => stepPhoto(random() < 0.5 ? 1 : -1)],
    done: [1, () => keepAndNext()],
    "close the photo": [0.3, () => photos().length > 2 && closePhoto()],
    open: [0.7, () => photos().length < 6 && void openFiles(files())],
    model: [
      0.4,
      () => {
        late.model = modelNamed(["nano", "tiny", "large"][upTo(3)] ?? "");
        session.model.value = late.model;
        session.encoded.value = new Map();
        session.isDraftOnly.value = random() < 0.3;
      },
    ],
    draft: [
      1,
      () => {
        const on = session.photo.value;
        if (on && session.encoded.value.get(on.id) === "full" && random() < 0.3)
          session.encoded.value = new Map([...session.encoded.value, [on.id, "draft"]]);
      },
    ],
    time: [2, () => vi.advanceTimersByTime(upTo(600))],
    export: [0.4, () => checkExport()],
    "save as a file": [
      0.2,
      async () => {
        if (photos().length > 0) file = (await ended(saveProject(() => undefined))).blob;
      },
    ],
    "open the file": [0.2, () => file && photos().length > 0 && ended(openProjectFile(file))],
    reload: [0.4, () => reload()],
    settle: [3, () => settle().then(checkSettled)],
  };
  const bag = Object.entries(deeds).flatMap(
    ([name, [often]]) => Array(Math.round(often * 10)).fill(name) as string[],
  );

  function checkDoc(doc: Doc): void {
    const objects = doc.photos.flatMap((photo) => photo.objects);
    expect(new Set(doc.photos.map((photo) => photo.id)).size).toBe(doc.photos.length);
    for (const photo of doc.photos)
      expect(new Set(photo.objects.map((each) => each.id)).size).toBe(photo.objects.length);
    expect(new Set(doc.classes).size).toBe(doc.classes.length);
    for (const { label, number } of objects) {
      expect(number).toBeLessThan(doc.nextNumber);
      if (label) expect(doc.classes).toContain(label);
    }
  }

  function checkShown(): void {
    const photo = session.photo.value;
    if (!photo) return;
    for (const object of photo.objects) {
      const shown = maskOf(photo, object);
      const made = shown && late.madeOf(shown.view);
      // A mask that was copied, merged or cut is of whatever it was made of.
      if (made?.kind === "subject" && !object.fixed) expect(made.photo.id).toBe(photo.id);
      if (made?.kind === "answer" && !object.fixed) expect(made.request.photo.id).toBe(photo.id);
      if (!shown || shown.isOld) continue;
      if (made?.kind === "answer" && hasPrompts(object)) checkAsked(made.request, object);
      if (made?.kind === "work" && isTouched(object)) {
        const drawn = (strokes: ObjectDoc["strokes"]) => strokes.map(({ isErase, path }) => [isErase, path]);
        expect(drawn(made.request.strokes)).toEqual(drawn(object.strokes));
        expect(made.request.cleanUp).toEqual(object.cleanUp);
      }
      const text = textOf(shown.view.rle);
      const isDraft = savedMask(photo, object)?.answer?.by.includes("@");
      const first = truth.get(object) ?? text;
      expect(text, "the mask of a state").toBe(first);
      if (!isDraft) truth.set(object, first);
    }
    const hover = session.hover.value;
    const under = hover && late.madeOf(hover.view);
    if (under?.kind !== "answer") return;
    expect(under.request.photo.id, "the preview's photo").toBe(photo.id);
    const before = hover?.isNew ? [] : (session.object.value?.points ?? []);
    expect(under.request.points.slice(0, -1), "the preview's object").toEqual(before);
  }

  function checkAsked(
    { points, box }: { points: ObjectDoc["points"]; box: ObjectDoc["box"] },
    object: ObjectDoc,
  ): void {
    const plain = (each: ObjectDoc["points"]) => each.map(({ x, y, isInclude }) => [x, y, isInclude]);
    expect(plain(points)).toEqual(plain(object.points));
    expect(box).toEqual(object.box);
  }

  function isTouched({ strokes, cleanUp }: ObjectDoc): boolean {
    return strokes.length > 0 || cleanUp.holes > 0;
  }

  function savedText(photo: PhotoDoc, object: ObjectDoc): string | undefined {
    const saved = savedMask(photo, object);
    const answered = saved?.answer?.candidates[saved.answer ? chosenIndex(object, saved.answer) : 0]?.rle;
    const rle = needsWork(object)
      ? (saved?.work ?? (isTouched(object) ? undefined : object.fixed?.rle))
      : answered;
    return rle && textOf(rle);
  }

  function checkSettled(): void {
    const photo = session.photo.value;
    expect(session.problem.value).toBeNull();
    if (!photo || !session.model.value || !session.encoded.value.has(photo.id)) return;
    for (const object of photo.objects) {
      if (!hasPrompts(object) && !object.fixed && object.strokes.length === 0) continue;
      const shown = maskOf(photo, object);
      expect(shown?.isOld, "a mask that is old").toBe(false);
      if (shown && (hasPrompts(object) || isTouched(object)))
        expect(savedText(photo, object)).toBe(textOf(shown.view.rle));
    }
  }

  async function checkExport(): Promise<void> {
    const before = session.doc.value;
    const { photos: exported } = await ended(exportRequest("coco", "all"));
    if (session.doc.value.photos !== before.photos) return;
    for (const [i, photo] of before.photos.entries()) {
      const wanted = photo.objects.filter(
        (o) => o.isVisible && (hasPrompts(o) || o.fixed || o.strokes.length > 0),
      );
      expect(exported[i]?.items.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
      for (const [n, object] of wanted.entries()) {
        const known = truth.get(object);
        if (known) expect(textOf(exported[i]?.items[n]?.rle ?? { size: [1, 1], counts: [1] })).toBe(known);
      }
    }
  }

  async function reload(): Promise<void> {
    if (random() < 0.5) await settle();
    const now = session.project.value;
    if (!now) return;
    await ended(flushSaves());
    const doc = keptPart(session.doc.value);
    if (doc.photos.length === 0) return;
    const plain = (value: Doc) =>
      JSON.parse(
        JSON.stringify(value, (_, each) => (ArrayBuffer.isView(each) ? [...(each as Uint32Array)] : each)),
      );
    const seen = doc.photos.map((photo) => photo.objects.map((object) => savedText(photo, object)));
    await ended(leaveProject());
    await ended(openSavedProject(now.id));
    const again = session.doc.value;
    expect(plain(again)).toEqual(plain(doc));
    expect(again.photos.map((photo) => photo.objects.map((object) => savedText(photo, object)))).toEqual(
      seen,
    );
  }

  await ended(openFiles([...files(), ...files()]));
  for (let step = 0; step < STEPS; step++) {
    const name = bag[upTo(bag.length)] ?? "";
    done.push(name);
    const before = session.history.value;
    try {
      await deeds[name]?.[1]();
      await breathe();
      for (let i = upTo(3); i > 0; i--) {
        late.letGo(random());
        await breathe();
      }
      const { past, present } = session.history.value;
      checkDoc(present);
      checkShown();
      if (past.length > before.past.length && past.at(-1)?.label !== "openProject")
        expect(
          JSON.stringify(past.at(-1)?.before),
          `a step without effect: ${JSON.stringify(past.at(-1)?.label)}`,
        ).not.toBe(JSON.stringify(present));
      expect(session.problem.value).toBeNull();
      expect(past.length).toBeLessThanOrEqual(MAX_STEPS);
    } catch (error) {
      if (error instanceof Error)
        error.message += `\nstep ${step}, seed ${SEED}: ${done.slice(-12).join(" · ")}`;
      throw error;
    }
  }
  await settle();
  checkSettled();
  const end = session.doc.value;
  let back = 0;
  while (session.steps.value.undo) {
    session.undoStep();
    checkShown();
    back++;
  }
  for (; back > 0; back--) session.redoStep();
  expect(session.doc.value).toBe(end);
}, 60_000);
