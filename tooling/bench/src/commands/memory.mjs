import { fileURLToPath } from "node:url";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { lineChart } from "../report/svg.mjs";
import { bytes, seconds } from "../report/table.mjs";
import { runChild } from "../run-child.mjs";
import { median, slope } from "../statistics.mjs";

const IMAGES = ["truck.jpg", "groceries.jpg", "cars.jpg"].map((name) =>
  fileURLToPath(new URL(`../../../../examples/images/${name}`, import.meta.url)),
);
const LARGE_SIDE = 10_000;
/** Low thresholds, so that many masks are traced at full size. */
const LARGE_OPTIONS = { pointsPerCrop: 16, predIouThresh: 0.5, stabilityScoreThresh: 0.5 };

/** Whether memory stays flat over many images, and what an image of 100 megapixels takes above its own pixels. */
export async function memory({ model, threads, count = 1000, json, plot }) {
  const chosen = await chooseModel(model, undefined);
  const shared = { model: chosen.folder, threads };
  process.stderr.write(`${count} images in a row\n`);
  const row = await runChild(
    "memory-run",
    { ...shared, images: IMAGES, count },
    { nodeOptions: ["--expose-gc"] },
  );
  process.stderr.write("100 megapixels\n");
  const large = await runChild("large-image", {
    ...shared,
    image: IMAGES[0],
    side: LARGE_SIDE,
    options: LARGE_OPTIONS,
  });
  // The first tenth fills pools and caches.
  const settled = row.samples.slice(Math.ceil(row.samples.length / 10));
  const half = settled.length >> 1;
  const middle = (samples, key) => median(samples.map((sample) => sample[key]));
  const growth = (key) => ({
    firstHalf: middle(settled.slice(0, half), key),
    secondHalf: middle(settled.slice(half), key),
    bytesPerImage: settled.length > 1 ? slope(settled.map((sample) => [sample.images, sample[key]])) : 0,
  });
  const result = {
    command: "memory",
    model: chosen.what,
    machine: machine(threads),
    count,
    seconds: row.seconds,
    rss: growth("rssBytes"),
    heap: growth("heapBytes"),
    samples: row.samples,
    large,
  };
  print(result);
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

function print({ model, machine: where, count, seconds: total, rss, heap, samples, large }) {
  console.log(`\n${model}\n${describeMachine(where)}\n`);
  console.log(`${count} images in a row (decode, encode, click, masks at full size) in ${seconds(total)}:`);
  for (const [name, { firstHalf, secondHalf, bytesPerImage }] of Object.entries({
    "resident memory": rss,
    "JS heap and external": heap,
  })) {
    console.log(
      `  ${name}: median ${bytes(firstHalf)} in the first half, ${bytes(secondHalf)} in the second; slope ${(bytesPerImage / 1e3).toFixed(1)} kB an image`,
    );
  }
  console.log(`  resident memory at the end: ${bytes(samples.at(-1)?.rssBytes)}`);
  console.log(
    `\n100 megapixels (${LARGE_SIDE} x ${LARGE_SIDE}), mask generation with 16 x 16 points and thresholds of 0.5: ${large.masks} masks in ${seconds(large.seconds)}`,
  );
  console.log(
    `  peak ${bytes(large.peakRssBytes)}, of which the pixels are ${bytes(large.pixelBytes)}: ${bytes(large.peakRssBytes - large.pixelBytes)} above them (the engine and the model, idle, included)`,
  );
}

/** The plot of a result. */
export function chart({ model, machine: { cpu, threads }, count, samples }) {
  const points = samples.map(({ images, rssBytes }) => [images, rssBytes]);
  return lineChart(`Resident memory over ${count} images`, `${model}; ${cpu}, ${threads} threads`, points, {
    xLabel: "images segmented in one process",
    format: bytes,
  });
}
