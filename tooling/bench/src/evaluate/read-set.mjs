import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The evaluation set in a folder; its form is described in tooling/train-nano/nano_train/evaluation_set.py.
 *
 * @param {import("@sam2js/runtime-node").NodeRuntime} runtime  decodes the pictures
 */
export function readSet(folder, runtime) {
  const index = JSON.parse(readFileSync(join(folder, "set.json"), "utf8"));
  const grey = async (name) => {
    const { data, width, height } = await runtime.decodeImage(join(folder, name));
    return { data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 3]), width, height };
  };
  return {
    titles: Object.keys(index.prompts),

    /** Pictures with prompts: masks[n][m] is a bitmap of `side` squared, the m-th meaning of prompt n. */
    async *examples(title) {
      for (const { image, masks, points, boxes, valid } of index.prompts[title]) {
        const { data, width: side } = await grey(masks);
        const bitmaps = points.map((_, n) =>
          valid[n].map((_, m) => bitmap(data, (n * 3 + m) * side * side, side * side)),
        );
        yield { image: join(folder, image), points, boxes, valid, masks: bitmaps, side };
      }
    },

    /** Pictures with the objects in them: 0 is background, 1, 2, … objects. */
    async *everything() {
      for (const { image, instances } of index.everything)
        yield { image: join(folder, image), instances: await grey(instances) };
    },

    /** Clips: masks[n][t] is a bitmap of object n in frame t. */
    async *clips() {
      for (const { frames, masks, points } of index.clips) {
        const { data, width: side } = await grey(masks);
        const bitmaps = points.map((_, n) =>
          frames.map((_, t) => bitmap(data, (n * frames.length + t) * side * side, side * side)),
        );
        yield { frames: frames.map((name) => join(folder, name)), points, masks: bitmaps };
      }
    },
  };
}

/** 1 where the grey value is above 127. */
function bitmap(data, begin, length) {
  return data.subarray(begin, begin + length).map((value) => (value > 127 ? 1 : 0));
}
