import { Mask } from "@sam2js/masks";
import { maskPrompt } from "@sam2js/pipeline";
import type { PictureLease } from "../engine/embedding-cache.js";
import { chooseOutput } from "./config/choose-output.js";
import type { MediaTag } from "./config/label-config.js";
import type { Job } from "./job.js";
import type { RegionPrompt } from "./regions/read-prompts.js";
import { type WriteOptions, type WrittenRegion, writeRegions } from "./regions/write-regions.js";

/** Where regions of a picture go. */
export interface RegionPlace extends Pick<WriteOptions, "rotation" | "itemIndex"> {
  readonly tag: MediaTag;
}

/** Half a pixel of the mask on each side of the border, about: what the eye does not see. */
const DEFAULT_TOLERANCE = 1;

/** Masks of what points at objects of one picture, as regions. */
export async function predictObjects(
  job: Job,
  picture: PictureLease,
  prompts: readonly RegionPrompt[],
  place: RegionPlace,
): Promise<WrittenRegion[]> {
  if (prompts.length === 0) return [];
  const { engine, signal } = job;
  const objects = await Promise.all(
    prompts.map(async ({ mask, ...prompt }) => ({
      ...prompt,
      mask: mask && (await maskPrompt(new Mask(mask), engine.loaded, signal)),
    })),
  );
  const found = await engine.segment(picture, objects, { signal });
  const regions = await Promise.all(
    found.map(({ mask, object }) => drawMask(job, mask, object.label, place)),
  );
  return regions.flat();
}

/** A mask as regions of the project's control for its label. */
export function drawMask(
  { config, connection: { options }, services }: Job,
  mask: Mask,
  label: string | undefined,
  { tag, rotation, itemIndex }: RegionPlace,
): Promise<WrittenRegion[]> {
  const output = chooseOutput(config, tag, label, options.output);
  const { tolerance = DEFAULT_TOLERANCE } = options;
  return writeRegions(mask, output, { toName: tag.name, rotation, itemIndex, tolerance }, services.runtime);
}
