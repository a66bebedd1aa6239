import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseImageModelConfig } from "@sam2js/core";
import { countFlops } from "@sam2js/graph";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel, runReference } from "../models.mjs";
import { save } from "../report/save.mjs";
import { barChart } from "../report/svg.mjs";
import { bytes, percent, seconds, table, times } from "../report/table.mjs";
import { runChild } from "../run-child.mjs";
import { median } from "../statistics.mjs";

const TRUCK = fileURLToPath(new URL("../../../../examples/images/truck.jpg", import.meta.url));
const STEPS = [
  ["load", "load"],
  ["encode", "encode"],
  ["firstClick", "first click (cold)"],
  ["click", "one click"],
  ["prompts16", "16 prompts"],
  ["prompts64", "64 prompts"],
];

/** Load, encode, clicks and prompts, ours and the reference's in turn, each round in a fresh process of each. */
export async function image({ model, arch, python, image: file = TRUCK, threads, runs = 5, json, plot }) {
  const chosen = await chooseModel(model, python, { arch });
  const rounds = { ours: [], reference: [] };
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`round ${run + 1} of ${runs}\n`);
    rounds.ours.push(
      await runChild("image-steps", { model: chosen.folder, image: file, threads, repeat: 1, peak: true }),
    );
    if (!python) continue;
    const flags = {
      model: chosen.folder,
      image: file,
      threads,
      repeat: 1,
      steps: "load,encode,click,prompts16,prompts64",
    };
    rounds.reference.push(await runReference(python, flags));
  }
  const heap = await runChild(
    "heap",
    { model: chosen.folder, image: file, threads },
    { nodeOptions: ["--expose-gc"] },
  );
  const result = await summarize({ chosen, file, threads, runs, rounds, heap });
  print(result);
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

async function summarize({ chosen, file, threads, runs, rounds, heap }) {
  const [ours] = rounds.ours;
  const all = (side, step) => rounds[side].flatMap((round) => round.steps[step]?.all ?? []);
  const peakOf = (side, step) => {
    const values = rounds[side].map((round) => round.steps[step]?.peakRssBytes).filter(Boolean);
    return values.length > 0 ? Math.max(...values) : undefined;
  };
  const gemmPeak = Math.max(...rounds.ours.map((round) => round.gemmPeak));
  const flops = await flopsOf(chosen.folder, ours.promptsPerRun);
  const steps = Object.fromEntries(
    STEPS.map(([key]) => {
      const [mine, theirs] = [all("ours", key), all("reference", key === "firstClick" ? "click" : key)];
      const seconds = median(mine);
      return [
        key,
        {
          seconds,
          reference: median(theirs),
          all: mine,
          allReference: theirs,
          flop: flops[key],
          shareOfPeak: flops[key] && flops[key] / seconds / gemmPeak,
          peakRssBytes: peakOf("ours", key),
          referencePeakRssBytes: peakOf("reference", key),
        },
      ];
    }),
  );
  const { size: weightBytes } = await stat(join(chosen.folder, "model.safetensors")).catch(() => ({
    size: undefined,
  }));
  const [reference] = rounds.reference;
  return {
    command: "image",
    model: chosen.what,
    imageSize: ours.imageSize,
    image: file.split(/[\\/]/).at(-1),
    runs,
    machine: machine(threads),
    engine: ours.engine,
    ...(reference && { reference: `transformers ${reference.transformers}, torch ${reference.torch}` }),
    gemmPeak,
    ...(reference && {
      referenceGemmPeak: Math.max(...rounds.reference.map((round) => 1e9 * round.gemmGflops)),
    }),
    steps,
    heap: { ...heap, weightBytes },
  };
}

/** FLOP of each step as our graphs compute it. */
async function flopsOf(folder, promptsPerRun) {
  const config = parseImageModelConfig(JSON.parse(await readFile(join(folder, "config.json"), "utf8")));
  const decode = (prompts) => {
    let total = 0;
    for (let left = prompts; left > 0; left -= promptsPerRun) {
      total += countFlops(config, { prompts: Math.min(left, promptsPerRun) }).maskDecoder;
    }
    return total;
  };
  const { imageEncoder, decoderPrelude } = countFlops(config);
  return {
    encode: imageEncoder,
    firstClick: decoderPrelude + decode(1),
    click: decode(1),
    prompts16: decode(16),
    prompts64: decode(64),
  };
}

function print(result) {
  const { steps, heap, gemmPeak, referenceGemmPeak } = result;
  const rows = STEPS.map(([key, name]) => {
    const step = steps[key];
    return [
      name,
      seconds(step.seconds),
      seconds(step.reference),
      times(step.seconds, step.reference),
      step.flop ? (step.flop / 1e9).toPrecision(3) : "-",
      percent(step.shareOfPeak),
      bytes(step.peakRssBytes),
      bytes(step.referencePeakRssBytes),
    ];
  });
  console.log(
    `\n${result.model}, ${result.imageSize} x ${result.imageSize}, medians over ${result.runs} processes each`,
  );
  console.log(
    `${describeMachine(result.machine)}\n${result.engine}${result.reference ? ` | ${result.reference}` : ""}\n`,
  );
  console.log(
    table(["step", "ours", "reference", "ratio", "GFLOP", "of GEMM peak", "peak memory", "reference"], rows),
  );
  const theirs = referenceGemmPeak ? ` (PyTorch: ${(referenceGemmPeak / 1e9).toFixed(0)})` : "";
  console.log(
    `\nGEMM peak of the engine, 2048 x 2048 x 2048: ${(gemmPeak / 1e9).toFixed(0)} GFLOP/s${theirs}`,
  );
  console.log(
    `JS heap and external memory: ${bytes(heap.loaded)} after loading, ${bytes(heap.used)} after encode and click; the weights are ${bytes(heap.weightBytes)}`,
  );
  console.log(
    "FLOP are those of our graphs; peak memory is the process's maximum until the end of that step.",
  );
}

function chart({ model, imageSize, machine: { cpu, threads }, steps, reference }) {
  const rows = STEPS.map(([key, name]) => ({
    name,
    ours: steps[key].seconds,
    reference: steps[key].reference,
    format: seconds,
  }));
  const { peakRssBytes, referencePeakRssBytes } = steps.prompts64;
  rows.push({ name: "peak memory", ours: peakRssBytes, reference: referencePeakRssBytes, format: bytes });
  return barChart(
    `${model}, ${imageSize} x ${imageSize}`,
    `${cpu}, ${threads} threads${reference ? `; ${reference}` : ""}`,
    rows,
  );
}
