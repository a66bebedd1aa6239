import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseVideoModelConfig } from "@sam2js/core";
import { countVideoFlops } from "@sam2js/graph";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel, runReference } from "../models.mjs";
import { save } from "../report/save.mjs";
import { barChart } from "../report/svg.mjs";
import { bytes, percent, seconds, table, times } from "../report/table.mjs";
import { runChild } from "../run-child.mjs";
import { median } from "../statistics.mjs";

/** Stages of a tracked frame: name, graph of ours, key in the FLOP counts, stage of the reference, and whether each object needs it. */
const STAGES = [
  ["frame encoder", "image-encoder", "imageEncoder", "encoder", false],
  ["prelude", "track-prelude", "trackPrelude", undefined, false],
  ["memory attention", "memory-attention", "memoryAttention", "memoryAttention", true],
  ["decoder", "video-decoder", "videoDecoder", "videoDecoder", true],
  ["memory encoder", "memory-encoder", "memoryEncoder", "memoryEncoder", true],
];

/** Tracked frames at full memory, ours and the reference's in turn, each round in a fresh process of each. */
export async function video({
  model,
  arch,
  python,
  threads,
  runs = 1,
  frames = 3,
  objects = "1,4",
  dtype,
  json,
  plot,
}) {
  const chosen = await chooseModel(model, python, { video: true, arch });
  const counts = objects.split(",").map(Number);
  const rounds = { ours: [], reference: [] };
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`round ${run + 1} of ${runs}\n`);
    const shared = { model: chosen.folder, threads, frames };
    rounds.ours.push(await runChild("video-steps", { ...shared, objects: counts, dtype, peak: true }));
    if (!python) continue;
    rounds.reference.push(
      await runReference(python, { ...shared, objects: counts.join(",") }, "run_video_reference.py"),
    );
  }
  const result = await summarize({ chosen, threads, runs, frames, counts, dtype, rounds });
  print(result);
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

async function summarize({ chosen, threads, runs, frames, counts, dtype, rounds }) {
  const [ours] = rounds.ours;
  const [reference] = rounds.reference;
  const gemmPeak = Math.max(...rounds.ours.map((round) => round.gemmPeak));
  const config = parseVideoModelConfig(
    JSON.parse(await readFile(join(chosen.folder, "config.json"), "utf8")),
  );
  const middle = (side, pick) => median(rounds[side].map(pick));
  const peakOf = (side) => Math.max(...rounds[side].map((round) => round.peakRssBytes));
  const byObjects = counts.map((objects) => {
    const flops = countVideoFlops(config, { objects });
    // The first frame of a process is dearer on both sides: memory is taken, caches are cold.
    const frame = (side) => {
      const all = rounds[side].flatMap((round) => round.runs[objects].frames.slice(frames > 1 ? 1 : 0));
      return { seconds: median(all), all: rounds[side].map((round) => round.runs[objects].frames) };
    };
    const stages = STAGES.map(([name, graph, key, theirs, isPerObject]) => {
      const mine = middle("ours", (round) => round.runs[objects].graphs[graph] / frames);
      const flop = flops[key] * (isPerObject ? objects : 1);
      return {
        name,
        seconds: mine,
        reference: theirs && middle("reference", (round) => round.runs[objects].stages[theirs] / frames),
        flop,
        shareOfPeak: flop / mine / gemmPeak,
      };
    });
    const mine = frame("ours");
    return {
      objects,
      frame: {
        ...mine,
        flop: flops.frame,
        shareOfPeak: flops.frame / mine.seconds / gemmPeak,
        ...(reference && { reference: frame("reference") }),
      },
      stages,
    };
  });
  return {
    command: "video",
    model: chosen.what,
    dtype,
    imageSize: ours.imageSize,
    runs,
    frames,
    memories: config.numMaskmem,
    pointers: config.maxObjectPointersInEncoder,
    machine: machine(threads),
    engine: ours.engine,
    ...(reference && { reference: `transformers ${reference.transformers}, torch ${reference.torch}` }),
    gemmPeak,
    ...(reference && {
      referenceGemmPeak: Math.max(...rounds.reference.map((round) => 1e9 * round.gemmGflops)),
      referencePeakRssBytes: peakOf("reference"),
    }),
    peakRssBytes: peakOf("ours"),
    objects: byObjects,
  };
}

function print(result) {
  const { imageSize, runs, frames, memories, pointers, gemmPeak, referenceGemmPeak } = result;
  console.log(
    `\n${result.model}, ${result.dtype}, ${imageSize} x ${imageSize}; a tracked frame with ${memories} memories and ${pointers} pointers, ${frames} frames in ${runs} process${runs === 1 ? "" : "es"} each`,
  );
  console.log(
    `${describeMachine(result.machine)}\n${result.engine}${result.reference ? ` | ${result.reference}` : ""}`,
  );
  const head = ["stage", "ours", "reference", "ratio", "GFLOP", "of GEMM peak"];
  for (const { objects, frame, stages } of result.objects) {
    const row = (name, mine, theirs, flop, share) => [
      name,
      seconds(mine),
      seconds(theirs),
      times(mine, theirs),
      (flop / 1e9).toPrecision(3),
      percent(share),
    ];
    const rows = stages.map((stage) =>
      row(stage.name, stage.seconds, stage.reference, stage.flop, stage.shareOfPeak),
    );
    rows.push(row("frame", frame.seconds, frame.reference?.seconds, frame.flop, frame.shareOfPeak));
    console.log(`\n${objects === 1 ? "1 object" : `${objects} objects`}`);
    console.log(table(head, rows));
  }
  const theirs = referenceGemmPeak ? ` (PyTorch: ${(referenceGemmPeak / 1e9).toFixed(0)})` : "";
  console.log(
    `\nGEMM peak of the engine, 2048 x 2048 x 2048: ${(gemmPeak / 1e9).toFixed(0)} GFLOP/s${theirs}`,
  );
  console.log(
    `peak memory: ${bytes(result.peakRssBytes)}${result.reference ? `, reference ${bytes(result.referencePeakRssBytes)}` : ""}`,
  );
  console.log(
    "Stages are means over all frames; the frame is the median without the first of each process, from pixel values to masks and new memories.",
  );
  console.log(
    "FLOP are those of our graphs. The reference has the prelude inside its memory attention, once per object.",
  );
}

function chart({ model, imageSize, machine: { cpu, threads }, objects, reference }) {
  const rows = objects.flatMap(({ objects: count, frame, stages }) => {
    const what = count === 1 ? "1 object" : `${count} objects`;
    const attention = stages[2];
    return [
      { name: `frame, ${what}`, ours: frame.seconds, reference: frame.reference?.seconds, format: seconds },
      {
        name: `its memory attention`,
        ours: attention.seconds,
        reference: attention.reference,
        format: seconds,
      },
    ];
  });
  return barChart(
    `Tracked frames, ${model}, ${imageSize} x ${imageSize}`,
    `${cpu}, ${threads} threads${reference ? `; ${reference}` : ""}`,
    rows,
  );
}
