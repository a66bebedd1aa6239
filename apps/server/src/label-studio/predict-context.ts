import { InputError } from "@sam2js/core";
import { encodePicture, type Job, locateMedia } from "./job.js";
import { predictObjects } from "./predict-objects.js";
import { readPrompts } from "./regions/read-prompts.js";
import type { Region } from "./regions/region.js";
import type { WrittenRegion } from "./regions/write-regions.js";
import type { Task } from "./schemas.js";
import { trackRegions } from "./video/track-regions.js";

/**
 * What a user just drew with a smart tool, as regions of the objects under it, none where all of it was deleted or says what is outside; of a video its boxes,
 * tracked.
 *
 * @throws {InputError} it is on no image or video of the configuration
 */
export async function predictContext(
  job: Job,
  task: Task,
  regions: readonly Region[],
): Promise<(WrittenRegion | Region)[]> {
  const [first] = regions;
  if (!first) return [];
  const tag = job.config.media.find(({ name }) => name === first.to_name);
  if (!tag) {
    const names = job.config.media.map(({ name }) => name).join(", ");
    throw InputError.expected("context.result", `regions of ${names}`, first.to_name ?? "none");
  }
  if (tag.kind === "video") return trackRegions(job, task, tag, regions.filter(isTrackable));
  const { item_index: itemIndex, image_rotation: rotation = 0 } = first;
  const here = regions.filter((each) => each.to_name === tag.name && each.item_index === itemIndex);
  await using picture = await encodePicture(job, locateMedia(job, task, tag, itemIndex));
  const prompts = readPrompts(here, picture.size);
  return predictObjects(job, picture, prompts, { tag, rotation, itemIndex });
}

function isTrackable({ type }: Region): boolean {
  return type === "videorectangle";
}
