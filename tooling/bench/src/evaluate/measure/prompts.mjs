import { meansOf } from "../../statistics.mjs";
import { deepestMistake, iou, shrink } from "./bitmaps.mjs";

const SURE = 0.88;
const KINDS = ["click", "click_oracle", "single", "box", "clicks2", "clicks3", "sure", "sure_iou"];

/**
 * The figures of prompts, by the names of `FIGURES` in tooling/train-nano/nano_train/metrics.py, which decides the same.
 *
 * @param {import("@sam2js/pipeline").Sam2Model} model
 * @param {import("@sam2js/processor").Sam2Processor} processor
 */
export async function measurePrompts(model, processor, examples) {
  const seen = Object.fromEntries([...KINDS, "calibration"].map((kind) => [kind, []]));
  for await (const example of examples) await measureExample(model, processor, example, seen);
  return meansOf(seen);
}

async function measureExample(model, processor, { image, points, boxes, valid, masks, side }, seen) {
  const { pixelValues, originalSizes } = await processor.process({ images: image });
  const imageEmbeddings = await model.getImageEmbeddings(pixelValues);
  const [height, width] = originalSizes[0];
  const clicks = points.map((point) => [point]);
  const labels = points.map(() => [1]);
  const byClicks = () => ({ inputPoints: [clicks], inputLabels: [labels] });
  const ask = async (prompt, options) => {
    const inputs = await processor.process({ ...prompt, originalSizes });
    const { predMasks, iouScores } = await model.forward({ ...inputs, ...options, imageEmbeddings });
    const [bitmaps] = await processor.postProcessMasks(predMasks, [[side, side]]);
    return new Answers(predMasks, iouScores, bitmaps);
  };
  const note = (predicted, actual) => seen.calibration.push(Math.abs(predicted - actual));

  const first = await ask(byClicks(), { multimaskOutput: true });
  const chosen = points.map((_, n) => first.best(n));
  const single = await ask(byClicks(), { multimaskOutput: false });
  const boxed = await ask({ inputBoxes: [boxes] }, { multimaskOutput: false });
  for (const n of points.keys()) {
    const meanings = masks[n].filter((_, m) => valid[n][m]);
    const most = (bitmap) => Math.max(...meanings.map((mask) => iou(bitmap, mask)));
    const wanted = valid[n][0] ? [0, 1, 2].map((m) => iou(first.bitmap(n, m), masks[n][0])) : [0, 0, 0];
    seen.click.push(wanted[chosen[n]]);
    seen.click_oracle.push(Math.max(...wanted));
    for (const m of [0, 1, 2]) {
      const actual = most(first.bitmap(n, m));
      const predicted = first.score(n, m);
      seen.sure.push(predicted > SURE ? 1 : 0);
      if (predicted > SURE) seen.sure_iou.push(actual);
      note(predicted, actual);
    }
    seen.single.push(most(single.bitmap(n, 0)));
    note(single.score(n, 0), seen.single.at(-1));
    seen.box.push(iou(boxed.bitmap(n, 0), masks[n][0]));
    note(boxed.score(n, 0), seen.box.at(-1));
  }

  let current = points.map((_, n) => first.logits(n, chosen[n]));
  for (const kind of ["clicks2", "clicks3"]) {
    for (const n of points.keys()) {
      const small = Math.sqrt(current[n].length);
      const inside = current[n].map((logit) => (logit > 0 ? 1 : 0));
      const { x, y, label } = deepestMistake(inside, shrink(masks[n][0], side, small), small);
      clicks[n] = [...clicks[n], [x * width, y * height]];
      labels[n] = [...labels[n], label];
    }
    const corrected = await ask(byClicks(), { multimaskOutput: false, inputMasks: stack(current) });
    current = points.map((_, n) => corrected.logits(n, 0));
    for (const n of points.keys()) {
      seen[kind].push(iou(corrected.bitmap(n, 0), masks[n][0]));
      note(corrected.score(n, 0), seen[kind].at(-1));
    }
  }
  await imageEmbeddings.dispose();
}

/** What a model said of the N prompts of one image, M masks each. */
class Answers {
  #logits;
  #scores;
  #bitmaps;
  #each;

  constructor(logits, scores, bitmaps) {
    this.#logits = logits;
    this.#scores = scores;
    this.#bitmaps = bitmaps;
    this.#each = scores.dims.at(-1);
  }

  score(n, m) {
    return this.#scores.data[n * this.#each + m];
  }

  /** The mask with the best predicted IoU. */
  best(n) {
    let best = 0;
    for (let m = 1; m < this.#each; m++) if (this.score(n, m) > this.score(n, best)) best = m;
    return best;
  }

  logits(n, m) {
    return part(this.#logits, n * this.#each + m);
  }

  bitmap(n, m) {
    return part(this.#bitmaps, n * this.#each + m);
  }
}

/** One map of a tensor [..., h, w]. */
function part({ data, dims }, index) {
  const pixels = dims.at(-1) * dims.at(-2);
  return data.subarray(index * pixels, (index + 1) * pixels);
}

/** Logits as a mask prompt [1, N, h, w], within the range that models are trained with. */
function stack(maps) {
  const side = Math.sqrt(maps[0].length);
  const data = new Float32Array(maps.length * side * side);
  for (const [n, map] of maps.entries())
    data.set(
      map.map((logit) => Math.min(32, Math.max(-32, logit))),
      n * side * side,
    );
  return { type: "float32", dims: [1, maps.length, side, side], data };
}
