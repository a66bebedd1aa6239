import { readFileSync } from "node:fs";
import { PUBLISHED_MODELS } from "@sam2js/checkpoint";

const results = new URL("../../../../tooling/bench/results/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, results), "utf8"));

/** What the calculator counts with: figures that `tooling/bench` printed, and the work of each published model in parts of SAM 2.1 tiny's. */
export default {
  // Not watched: for a pattern outside of this package, VitePress walks through the whole repository, linked packages and all, for minutes.
  load() {
    const image = read("image");
    const generate = read("generate");
    return {
      machine: `${image.machine.threads} threads of an ${image.machine.cpu}`,
      threads: image.machine.threads,
      date: image.machine.date.slice(0, 10),
      encode: image.steps.encode.seconds,
      firstClick: image.steps.firstClick.seconds,
      click: image.steps.click.seconds,
      everything: generate.seconds - generate.stages.encode,
      models: PUBLISHED_MODELS.map(({ id, work }) => ({ id, work })),
      edgeTamEncode: read("image-edgetam").steps.encode.seconds,
    };
  },
};
