import { InputError } from "@sam2js/core";
import type { LabelConfig } from "./config/label-config.js";
import { encodePicture, type Job, locateMedia } from "./job.js";
import { drawMask, predictObjects } from "./predict-objects.js";
import { readPrompts } from "./regions/read-prompts.js";
import type { Region } from "./regions/region.js";
import type { WrittenRegion } from "./regions/write-regions.js";
import type { Task } from "./schemas.js";

/**
 * A task without a user: masks of the boxes that it has already, or of everything in its first picture.
 *
 * @returns  undefined where it has no boxes, and everything is not wanted
 * @throws {InputError} it has no picture
 */
export async function preAnnotate(job: Job, task: Task): Promise<WrittenRegion[] | undefined> {
  const tag = job.config.media.find(({ kind }) => kind === "image");
  if (!tag) throw InputError.expected("label_config", "an Image", "videos alone", "draw a box and track it");
  const place = { tag, rotation: 0, itemIndex: tag.isList ? 0 : undefined };
  const where = locateMedia(job, task, tag);
  const boxes = boxesOf(task, tag.name);
  if (boxes.length > 0) {
    await using picture = await encodePicture(job, where);
    return predictObjects(job, picture, readPrompts(boxes, picture.size), place);
  }
  const { label, everything = !hasPrompts(job.config) } = job.connection.options;
  if (!everything) return undefined;
  const file = await job.media.read(where, job.services.limits.maxBodyBytes);
  const { found } = await job.engine.generate(file, { signal: job.signal });
  const regions = await Promise.all(found.map((mask) => drawMask(job, mask, label, place)));
  return regions.flat();
}

/** Whether there is something for users to point with. */
function hasPrompts({ controls }: LabelConfig): boolean {
  return controls.some(({ shape }) => shape === "keypoint" || shape === "rectangle" || shape === "ellipse");
}

/** Rectangles of the newest prediction that has some, else of the newest annotation; with the entries that name them. */
function boxesOf({ predictions = [], annotations = [] }: Task, name: string): readonly Region[] {
  // The last is looked at first, and predictions before annotations.
  for (const each of [...annotations, ...predictions].reverse()) {
    const result = each.result ?? [];
    const boxes = result.filter(({ type = "", to_name }) => type.startsWith("rectangle") && to_name === name);
    const ids = new Set(boxes.map(({ id }) => id));
    const namers = result.filter(({ type, id }) => type === "labels" && id !== undefined && ids.has(id));
    if (boxes.length > 0) return [...boxes, ...namers];
  }
  return [];
}
