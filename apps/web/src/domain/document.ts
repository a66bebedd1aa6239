import type { CompressedRle } from "@sam2js/masks";
import { words } from "../words/words.js";

/** What is saved and undone: photos, their objects and how each came about. Immutable; commands make new ones. */
export interface Doc {
  readonly photos: readonly PhotoDoc[];
  /** The next object's running number, so that names stay unique after deletions. */
  readonly nextNumber: number;
  /** Names of the project's classes. Their places are their numbers in files, so none is ever taken out or moved. */
  readonly classes: readonly string[];
}

/** One photo and the objects on it. Pixels live in the photo library, under the same id. */
export interface PhotoDoc {
  readonly id: string;
  readonly name: string;
  /** Its name with the folders that it was opened from, `/` between them; left out where it came without any. */
  readonly path?: string | undefined;
  /** In pixels, upright. */
  readonly width: number;
  readonly height: number;
  readonly objects: readonly ObjectDoc[];
  /** Somebody has said that nothing is left to do on it. */
  readonly isDone?: boolean | undefined;
  /** Of a video: it is shown one frame at a time. */
  readonly video?: VideoFacts | undefined;
}

/** What a video is beside a photo. */
export interface VideoFacts {
  /** Frames of a camera come and go; of a file they stay. */
  readonly kind: "file" | "camera";
  /** When each frame is shown, in seconds from the first. */
  readonly times: Float64Array;
  /** In seconds. */
  readonly duration: number;
}

/** Prompts on one frame of a video. */
export interface FramePrompts {
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** The object as a hand said it is there: a reading that was chosen, or a touched-up mask. It stands for the answer to the points. */
  readonly mask: FixedMask | null;
  /** Which reading of the points `mask` is, sorted by area. */
  readonly choice: number | null;
}

/** An object: prompts for the model, and what was done to its mask by hand. The mask itself is derived. */
export interface ObjectDoc {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  /** Class, for annotation formats; empty = none. */
  readonly label: string;
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** The answer that this one refines: its logits go to the model as mask prompt. */
  readonly base: RefinedAnswer | null;
  /** Which of the answer's masks, sorted by area; null = the one with the best score. */
  readonly choice: number | null;
  /** Ask for three masks although there are several prompts. */
  readonly wantsAlternatives: boolean;
  /** How often its mask was asked for anew, as of another model; left out = once. Nothing else changes a mask that was seen. */
  readonly asked?: number | undefined;
  /** A mask that no prompt made: kept from "Everything". */
  readonly fixed: FixedMask | null;
  readonly strokes: readonly Stroke[];
  readonly cleanUp: CleanUp;
  readonly isVisible: boolean;
  /** Done: prompts, strokes and deletion leave it alone until it is unlocked. */
  readonly isLocked?: boolean | undefined;
  /** In a video, prompts by frame; `points`, `box`, `fixed` and `choice` are then those of the frame that is looked at. */
  readonly frames: Readonly<Record<number, FramePrompts>>;
}

/** The answer that another one refines, as what was asked for it, so that it can be asked for again. */
export interface RefinedAnswer {
  /** The photo, or the frame of a video, that it was about. */
  readonly input: string;
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  readonly base: RefinedAnswer | null;
  readonly wantsAlternatives: boolean;
  /** The mask that it went on from. */
  readonly hint?: FixedMask | null | undefined;
  /** Which of its masks, sorted by area. */
  readonly choice: number;
}

/** A mask as run lengths, column by column, pixels outside first. */
export interface RleMask {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  readonly counts: Uint32Array | readonly number[];
}

/** A mask in memory, or as COCO's compressed text, as files have it. */
export type SeenRle = RleMask | CompressedRle;

export interface FixedMask {
  readonly id: string;
  readonly rle: RleMask;
  /** The model's own; left out of a mask that a hand or a file made. */
  readonly score?: number | undefined;
}

/** (x, y) in pixels of the photo. */
export interface PointPrompt {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly isInclude: boolean;
}

/** In pixels of the photo, x1 > x0, y1 > y0. */
export interface BoxPrompt {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Stroke {
  readonly id: string;
  readonly isErase: boolean;
  /** In pixels of the photo. */
  readonly radius: number;
  /** x, y, x, y, … in pixels of the photo. */
  readonly path: readonly number[];
}

/** All in pixels of the photo. */
export interface CleanUp {
  /** Holes of fewer pixels are filled. */
  readonly holes: number;
  /** Islands of fewer pixels are dropped. */
  readonly specks: number;
  /** The border moves outwards (> 0) or inwards (< 0). */
  readonly edge: number;
}

export const NO_CLEAN_UP: CleanUp = { holes: 0, specks: 0, edge: 0 };

export const EMPTY_DOC: Doc = { photos: [], nextNumber: 1, classes: [] };

/** What an object is called that nobody has named. */
export function plainName(number: number): string {
  return `${words().objects.name} ${number}`;
}

/** An object without prompts yet. */
export function createObject(id: string, number: number, label = ""): ObjectDoc {
  return {
    id,
    number,
    name: plainName(number),
    label,
    points: [],
    box: null,
    base: null,
    choice: null,
    wantsAlternatives: false,
    fixed: null,
    strokes: [],
    cleanUp: NO_CLEAN_UP,
    isVisible: true,
    frames: {},
  };
}

/** A video as a photo: its objects with the prompts of one frame. Photos are as they are. */
export function atFrame(photo: PhotoDoc, frame: number): PhotoDoc {
  if (!photo.video) return photo;
  return { ...photo, objects: photo.objects.map((object) => objectAtFrame(object, frame)) };
}

export function objectAtFrame(object: ObjectDoc, frame: number): ObjectDoc {
  const { points, box, mask, choice } = object.frames[frame] ?? NO_PROMPTS;
  return { ...object, points, box, fixed: mask, choice };
}

/** An object that was changed as it looks on one frame, as it is in the document. */
export function backFromFrame(object: ObjectDoc, frame: number): ObjectDoc {
  const { points, box, fixed: mask, choice } = object;
  const { [frame]: _, ...others } = object.frames;
  const isPrompted = points.length > 0 || box || mask;
  const frames = isPrompted ? { ...others, [frame]: { points, box, mask, choice } } : others;
  return { ...object, points: [], box: null, base: null, fixed: null, choice: null, frames };
}

/** Frames of a video where the object has prompts, ascending. */
export function promptedFrames(object: ObjectDoc): number[] {
  return Object.keys(object.frames).map(Number);
}

const NO_PROMPTS: FramePrompts = { points: [], box: null, mask: null, choice: null };

/** Whether the model is to be asked about this object. */
export function hasPrompts(object: ObjectDoc): boolean {
  return object.points.length > 0 || object.box !== null;
}

export function findPhoto(doc: Doc, id: string | null): PhotoDoc | undefined {
  return doc.photos.find((photo) => photo.id === id);
}

export function findObject(doc: Doc, photoId: string | null, objectId: string | null): ObjectDoc | undefined {
  return findPhoto(doc, photoId)?.objects.find((object) => object.id === objectId);
}
