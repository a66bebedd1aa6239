import { fileURLToPath } from "node:url";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { lineChart } from "../report/svg.mjs";
import { bytes, seconds } from "../report/table.mjs";
import { runChild } from "../run-child.mjs";
import { median, slope } from "../statistics.mjs";

/** The small video model that the tests use: what a stream leaves behind does not depend on the size of the weights. */
const SMALL = fileURLToPath(new URL("../../../reference/fixtures/video-a", import.meta.url));
/** Frames until pools and windows are full. */
const SETTLED = 50;
const SAMPLES = 200;
const SAVES = 10;
/**
 * V8 lets its young generation grow from 1 to 16 MB when it likes, in the caller's thread and in the engine's: three steps of 10 to 20 MB of
 * resident memory within the first thousands of frames. Held at its first size, what grows is ours.
 */
const YOUNG = ["--max-semi-space-size=1"];

/** Whether memory stays flat over an endless stream with several objects, and how large a saved session is. */
export async function soak({
  model = SMALL,
  threads,
  count = 10_000,
  objects = "3",
  bytesPerObject = 100_000,
  json,
  plot,
}) {
  const chosen = await chooseModel(model, undefined);
  process.stderr.write(`${count} frames with ${objects} objects\n`);
  const every = Math.max(1, Math.min(SETTLED, Math.floor(count / SAMPLES)));
  const options = {
    model: chosen.folder,
    threads,
    count,
    objects: Number(objects),
    every,
    saveEvery: Math.max(1, Math.floor(count / SAVES)),
    bytesPerObject,
    keepMasks: false,
  };
  const { samples, ...run } = await runChild("soak-run", options, {
    nodeOptions: ["--expose-gc", ...YOUNG],
  });
  const settled = samples.filter(({ frames }) => frames >= SETTLED);
  const growth = (key) => ({
    settled: settled[0]?.[key],
    median: median(settled.map((sample) => sample[key])),
    end: settled.at(-1)?.[key],
    most: Math.max(...settled.map((sample) => sample[key])),
    bytesPerFrame: settled.length > 1 ? slope(settled.map((sample) => [sample.frames, sample[key]])) : 0,
  });
  const result = {
    command: "soak",
    model: chosen.what,
    machine: machine(threads),
    count,
    objects: Number(objects),
    ...run,
    rss: growth("rssBytes"),
    heap: growth("heapBytes"),
    samples,
  };
  print(result);
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

function print(result) {
  const { count, objects, seconds: total, saves } = result;
  console.log(`\n${result.model}\n${describeMachine(result.machine)}\n`);
  console.log(
    `${count} streamed frames with ${objects} objects in ${seconds(total)}, ${(count / total).toFixed(1)} frames per second:`,
  );
  for (const [name, value] of [
    ["resident memory", result.rss],
    ["JS heap and external", result.heap],
  ]) {
    console.log(
      `  ${name}: ${bytes(value.settled)} after ${SETTLED} frames, median ${bytes(value.median)}, most ${bytes(value.most)}, ${bytes(value.end)} at the end; slope ${value.bytesPerFrame.toFixed(0)} bytes a frame`,
    );
  }
  for (const { frames, exactBytes, smallBytes } of saves) {
    const small = smallBytes === undefined ? "not possible" : bytes(smallBytes / objects);
    console.log(
      `  saved after ${frames} frames: ${bytes(exactBytes / objects)} an object, with maxBytes ${small}`,
    );
  }
}

function chart({ model, machine: { cpu, threads }, count, objects, samples }) {
  return lineChart(
    `Resident memory over ${count} streamed frames`,
    `${model}, ${objects} objects; ${cpu}, ${threads} threads`,
    samples.map(({ frames, rssBytes }) => [frames, rssBytes]),
    { xLabel: "frames of one stream", format: bytes },
  );
}
