import { checkList, checkMembers, checkOptions, checkSize, checkTexts } from "@sam2js/core";
import { rleArea, rleBox } from "../masks/rle.js";
import { classTable } from "./classes.js";
import { type CocoAnnotation, type CocoDataset, type CocoOptions, toCocoDataset } from "./coco.js";
import type { MaskLike } from "./mask-like.js";
import { share } from "./share.js";

/** The objects on one frame of a video. */
export interface MaskFrame {
  /** Place in the video, from 0. */
  readonly index: number;
  /** As files should name it, for example `00005.jpg`. */
  readonly fileName: string;
  /** One per object, in the same order on every frame; undefined or empty where the object is not seen. */
  readonly masks: readonly (MaskLike | undefined)[];
}

/** A COCO file of a video. */
export interface VideoCocoDataset extends Omit<CocoDataset, "images" | "annotations"> {
  /** One per frame; `frame` is its place in the video, from 0. */
  readonly images: (CocoDataset["images"][number] & { readonly frame: number })[];
  /** One per object and frame where it is seen; `track_id` is the object's place in the list, from 1. */
  readonly annotations: (CocoAnnotation & { readonly track_id: number })[];
}

/**
 * A whole COCO file of a video: an image for each frame, also for those without objects, and a `track_id` for each object.
 *
 * @param size     [height, width] of the frames in pixels
 * @param classes  the class of each object; objects of one class share a category, "" is "object"
 * @param options.categories  classes that have their numbers already, by their places; others follow
 * @throws {InputError} an unknown option
 */
export function toVideoCoco(
  frames: readonly MaskFrame[],
  size: readonly [number, number],
  classes: readonly string[],
  options: CocoOptions & {
    readonly info?: Readonly<Record<string, unknown>> | undefined;
    readonly categories?: readonly string[] | undefined;
  } = {},
): VideoCocoDataset {
  checkOptions(
    options,
    ["segmentation", "tolerance", "minArea", "info", "categories"],
    "toVideoCoco options",
  );
  checkSize(size);
  checkTexts(classes, "classes", "the class of each object, as a list of names");
  const { categories: known = [] } = options;
  checkTexts(known, "categories", "a list of names");
  const { names, indices } = classTable([...known, ...classes]);
  const seen = seenOnEach(frames);
  const dataset = toCocoDataset(
    frames.map(({ fileName }, at) => ({
      fileName,
      size,
      masks: seen[at]!.map(({ mask }) => mask),
      categories: seen[at]!.map(({ object }) => indices[known.length + object]!),
    })),
    { ...options, categories: names },
  );
  const objects = seen.flat();
  return {
    ...dataset,
    images: dataset.images.map((image, at) => ({ ...image, frame: frames[at]!.index })),
    annotations: dataset.annotations.map((each, at) => ({ ...each, track_id: objects[at]!.object + 1 })),
  };
}

/**
 * MOTChallenge text: frame, object, left, top, width, height, confidence, −1, −1, −1. Frames, objects and pixels count from 1. The
 * confidence is the mask's `objectScore`, 1 where it has none.
 *
 * @see https://motchallenge.net/instructions/
 */
export function toMot(frames: readonly Pick<MaskFrame, "index" | "masks">[]): string {
  const seen = seenOnEach(frames);
  const lines = frames.flatMap((frame, at) =>
    seen[at]!.map(({ mask, object }) => {
      const [x0, y0, x1, y1] = rleBox(mask);
      const confidence = share(mask.objectScore ?? 1).toFixed(4);
      return [frame.index + 1, object + 1, x0 + 1, y0 + 1, x1 - x0 + 1, y1 - y0 + 1, confidence, -1, -1, -1];
    }),
  );
  return lines.map((line) => `${line.join(",")}\n`).join("");
}

/** For each frame the objects that are seen on it. */
function seenOnEach(
  frames: readonly Pick<MaskFrame, "masks">[],
): readonly (readonly { readonly mask: MaskLike; readonly object: number }[])[] {
  checkList(frames, "frames", "a list of frames with masks");
  return frames.map((frame, at) => {
    checkMembers(frame, `frames[${at}]`, "a frame with its index and masks", "masks");
    checkList(frame.masks, `frames[${at}].masks`, "a list of masks, one for each object");
    return frame.masks.flatMap((mask, object) => (mask && rleArea(mask) > 0 ? [{ mask, object }] : []));
  });
}
