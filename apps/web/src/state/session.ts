import { batch, computed, signal } from "@preact/signals";
import type { Command } from "../domain/commands.js";
import {
  atFrame,
  type Doc,
  EMPTY_DOC,
  findPhoto,
  type ObjectDoc,
  type PhotoDoc,
} from "../domain/document.js";
import { amend, apply, createHistory, type History, labels, redo, seal, undo } from "../domain/history.js";
import type { StepLabel } from "../domain/step-label.js";
import type {
  DecodeAnswer,
  DevicePreference,
  MaskView,
  ModelChoice,
  ModelInfo,
  Progress,
  SegmentEngine,
} from "../protocol/engine.js";
import { fill, words } from "../words/words.js";

export type Tool = "select" | "box" | "brush" | "erase" | "move";
export type Display = "tint" | "outline" | "cutout";
export type DialogName =
  | "export"
  | "models"
  | "privacy"
  | "keys"
  | "settings"
  | "question"
  | "open"
  | "imported";

/** What went wrong, in one sentence, and one thing to do about it. */
export interface Problem {
  readonly text: string;
  /** Typed code and message, to copy. */
  readonly details: string;
  readonly remedy?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Something to be sure of before it is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says. */
  readonly action: string;
  readonly run: () => void;
}

/** The project that is open in this tab. */
export interface OpenProject {
  readonly id: string;
  readonly name: string;
  /** Another tab edits it: here it is only looked at. */
  readonly isReadOnly: boolean;
}

/** Whether what is open is on the device. */
export type Saving =
  | { readonly kind: "saved" | "saving" | "off" }
  | { readonly kind: "failed"; readonly why: string };

/** Pixels of an open photo, or of the frame that is shown of a video; they are no part of the document. */
export interface PhotoPixels {
  /** The file; null for a video, whose frames have none. */
  readonly blob: Blob | null;
  /** Of a photo at most 1536 pixels on its longer side, for thumbnails and the loupe; of a video the whole frame. */
  readonly image: ImageBitmap;
}

/** A draft answers sooner and less exactly. */
export type Knowledge = "draft" | "full";

export interface Encoding {
  readonly photoId: string;
  /** `performance.now()` at its begin. */
  readonly since: number;
  /** How long it is going to take; undefined where nobody knows. */
  readonly expectedMs: number | undefined;
}

export interface FrameMask {
  readonly view: MaskView;
  readonly score: number;
  /** Prompts have changed since. */
  readonly isOld: boolean;
}

export interface HoverPreview {
  readonly view: MaskView;
  /** Shown white and dashed: a click would make another object. */
  readonly isNew: boolean;
}

export const history = signal(createHistory(EMPTY_DOC));
export const doc = computed<Doc>(() => history.value.present);
export const steps = computed(() => labels(history.value));

export const photoId = signal<string | null>(null);
export const objectId = signal<string | null>(null);
/** Of a video, the frame that is on screen. */
export const frame = signal(0);
/** What is on screen: a photo, or one frame of a video with the prompts that its objects have there. */
export const photo = computed<PhotoDoc | undefined>(() => {
  const found = findPhoto(doc.value, photoId.value);
  return found && atFrame(found, found.video ? frame.value : 0);
});
export const object = computed<ObjectDoc | undefined>(() =>
  photo.value?.objects.find(({ id }) => id === objectId.value),
);
/** Masks of a video's objects on the frame that is on screen, by object. */
export const frameMasks = signal<ReadonlyMap<string, FrameMask>>(new Map());
/** Other objects that are chosen with one, to be given a class or deleted together; they count as long as that one is chosen. */
export const picked = signal<{ readonly with: string | null; readonly ids: ReadonlySet<string> }>({
  with: null,
  ids: new Set(),
});
/** All objects that are chosen. */
export const chosenIds = computed<ReadonlySet<string>>(() => {
  const one = object.value?.id;
  if (!one) return new Set();
  const { with: first, ids } = picked.value;
  const others = first === one ? (photo.value?.objects ?? []).filter(({ id }) => ids.has(id)) : [];
  return new Set([one, ...others.map(({ id }) => id)]);
});
/** Each tap on an object chooses one more, or one less: where there are no keys to hold. */
export const isPicking = signal(false);
/** The class that new objects get: the one that was given last. */
export const nextClass = signal("");
export const pixels = signal<ReadonlyMap<string, PhotoPixels>>(new Map());

export const tool = signal<Tool>("select");
/** Whether the next plain click includes or excludes. */
export const isIncluding = signal(true);
/** Each click that includes is an object of its own. */
export const isQuick = signal(false);
/** Brush size in pixels of the screen. */
export const brushSize = signal(28);
export const display = signal<Display>("tint");
/** While held, the photo alone is seen. */
export const isBare = signal(false);
export const isPanelOpen = signal(true);
/** The chosen point, for deleting and moving by keys. */
export const pointId = signal<string | null>(null);

export const model = signal<ModelInfo | null>(null);
/** What the model was chosen as; null until one is there. */
export const choice = signal<ModelChoice | null>(null);
export const loading = signal<{ readonly name: string; readonly progress: Progress | null } | null>(null);
/** How the model knows photos, by id. */
export const encoded = signal<ReadonlyMap<string, Knowledge>>(new Map());
/** Photos are left at their drafts. */
export const isDraftOnly = signal(false);
/** The frame of a video that was prepared as a photo is, for previews and readings. */
export const still = signal<{ readonly id: string; readonly blob: Blob } | null>(null);
/** The photo that is made ready to be clicked. */
export const encoding = signal<Encoding | null>(null);
/** The photo whose draft is about to be replaced; clicks are answered meanwhile. */
export const refining = signal<Encoding | null>(null);

export const answers = signal<ReadonlyMap<number, DecodeAnswer>>(new Map());
export const composed = signal<ReadonlyMap<string, MaskView>>(new Map());
export const hover = signal<HoverPreview | null>(null);
export const lastClickMs = signal<number | null>(null);
export const decodeMs = signal(0);

/** Name of the file that is being opened, where that takes time. */
export const opening = signal<string | null>(null);
export const problem = signal<Problem | null>(null);
export const dialog = signal<DialogName | null>(null);
export const question = signal<Question | null>(null);
/** Null on the start page, and until the first photo is there. */
export const project = signal<OpenProject | null>(null);
export const saving = signal<Saving>({ kind: "saved" });
/** Read out politely by screen readers. */
export const announcement = signal("");
/** What was just done, to be seen for a moment. */
export const notice = signal("");
export const isOffline = signal(false);
/** Where models are to run, as chosen by the user. */
export const devicePreference = signal<DevicePreference>("auto");
/** What a click would take is shown before it is made. */
export const hasPreview = signal(true);
/** What is open is saved on this device. */
export const isAutosaved = signal(true);
/** Single letters act as keys; speech input may want them off (WCAG 2.1.4). */
export const hasLetterKeys = signal(true);
export const theme = signal<"system" | "light" | "dark">("system");

const NOTICE_MS = 3000;

let current: SegmentEngine | undefined;

export function setEngine(engine: SegmentEngine): void {
  current = engine;
}

/** The engine of this page; it is set before anything is drawn. */
export function engine(): SegmentEngine {
  if (!current) throw new ReferenceError("the engine is not set yet");
  return current;
}

/** The one way to change the document. */
export function dispatch(command: Command): void {
  if (refusesReader()) return;
  history.value = apply(history.value, command);
}

/** Changes the document for good: no step of undo takes it back. */
export function dispatchForGood(command: Command): void {
  if (!refusesReader()) history.value = amend(history.value, command);
}

/** Adds photos. A document begins with its first ones: they are no step that undo could take back. */
export function open(command: Command): void {
  if (refusesReader()) return;
  const { present, past } = history.value;
  if (present.photos.length > 0 || past.length > 0) dispatch(command);
  else history.value = createHistory(command.apply(present));
}

function refusesReader(): boolean {
  if (!project.value?.isReadOnly) return false;
  say(words().done.readOnly);
  return true;
}

export function endStep(): void {
  history.value = seal(history.value);
}

export function undoStep(): void {
  const { undo: label } = steps.value;
  if (label && !refusesReader())
    stepTo(undo(history.value), fill(words().done.undone, { step: stepText(label) }));
}

export function redoStep(): void {
  const { redo: label } = steps.value;
  if (label && !refusesReader())
    stepTo(redo(history.value), fill(words().done.redone, { step: stepText(label) }));
}

/** What a step did, in words. */
export function stepText(label: StepLabel): string {
  const { step, name = "", count = 0 } = typeof label === "string" ? { step: label } : label;
  return fill(words().step[step], { name, count });
}

/** A step is seen: the photo that it changes is shown. */
function stepTo(next: History, what: string): void {
  batch(() => {
    const before = new Set(doc.value.photos);
    history.value = next;
    const changed = doc.value.photos.filter((each) => !before.has(each));
    const [first] = changed;
    if (first && !changed.some(({ id }) => id === photoId.value)) showPhoto(first.id);
    say(
      first && doc.value.photos.length > 1 ? fill(words().done.onPhoto, { what, photo: first.name }) : what,
    );
  });
}

export function showPhoto(id: string | null): void {
  batch(() => {
    photoId.value = id;
    objectId.value = null;
    pointId.value = null;
    hover.value = null;
  });
}

let noticeEnds: ReturnType<typeof setTimeout> | undefined;

/** Tells what was done, to eyes and to screen readers. */
export function say(text: string): void {
  announcement.value = text;
  notice.value = text;
  clearTimeout(noticeEnds);
  noticeEnds = setTimeout(() => {
    notice.value = "";
  }, NOTICE_MS);
}

/** Asks before something is done that nothing brings back. */
export function askFirst(asked: Question): void {
  question.value = asked;
  dialog.value = "question";
}

let lastId = 0;

/** Numbers up to this one are taken, by a project that was opened. */
export function reserveIds(upTo: number): void {
  lastId = Math.max(lastId, upTo);
}

/** An id that is used once in this session, the same ones in the same order each time. */
export function newId(kind: string): string {
  lastId += 1;
  return `${kind}-${lastId}`;
}
