import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel, nanoFolder, runReference } from "../models.mjs";
import { save } from "../report/save.mjs";
import { barChart } from "../report/svg.mjs";
import { bytes, percent, seconds, table, times } from "../report/table.mjs";
import { runChild } from "../run-child.mjs";
import { median, quantile } from "../statistics.mjs";

const TRUCK = fileURLToPath(new URL("../../../../examples/images/truck.jpg", import.meta.url));
/** Shares of all candidates that a trained model keeps: by predicted IoU, and of those by stability. Measured when no other is given. */
const EVERYTHING = { predIouThresh: -1, stabilityScoreThresh: -1, cropsNmsThresh: 1 };
const FIRST_PASS_POINTS = 8;

/** The whole mask generation on one image, ours and the reference's pipeline in turn, with the same grid and thresholds. */
export async function generate({
  model,
  arch,
  python,
  image = TRUCK,
  threads,
  runs = 1,
  pointsPerSide,
  json,
  plot,
}) {
  const chosen = await chooseModel(model, python, { arch });
  const thresholds = await chooseThresholds(chosen.folder, image, threads);
  const options = { pointsPerCrop: pointsPerSide, pointGrid: "transformers", ...thresholds.values };
  const rounds = { ours: [], reference: [] };
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`round ${run + 1} of ${runs}: ours\n`);
    rounds.ours.push(await runChild("generate-run", { model: chosen.folder, image, threads, options }));
    if (!python) continue;
    process.stderr.write(`round ${run + 1} of ${runs}: reference (minutes)\n`);
    const given = {
      points_per_crop: pointsPerSide,
      pred_iou_thresh: thresholds.values.predIouThresh,
      stability_score_thresh: thresholds.values.stabilityScoreThresh,
    };
    const flags = {
      model: chosen.folder,
      image,
      threads,
      repeat: 1,
      steps: "generate",
      generate: JSON.stringify(given),
    };
    rounds.reference.push(await runReference(python, flags));
  }
  const result = summarize({ chosen, image, threads, runs, pointsPerSide, thresholds, rounds });
  print(result);
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

/**
 * Thresholds by which a random model keeps the shares of candidates that nano, which is trained, keeps on the same image with the default
 * thresholds: each step of the work then has the load that it has in real use. A trained model keeps the defaults.
 */
async function chooseThresholds(folder, image, threads) {
  const candidates = 3 * FIRST_PASS_POINTS ** 2;
  const all = (model, extra = {}) =>
    runChild("generate-run", {
      model,
      image,
      threads,
      options: { pointsPerCrop: FIRST_PASS_POINTS, pointGrid: "image", ...EVERYTHING, ...extra },
      wantsScores: true,
    });
  const { scores: trained } = await all(nanoFolder());
  const sure = trained.filter(([score]) => score > 0.88);
  const stable = sure.filter(([, stability]) => stability > 0.95);
  const shares = {
    predIou: sure.length / candidates,
    stability: sure.length > 0 ? stable.length / sure.length : 0,
  };
  const { scores } = await all(folder);
  const predIouThresh = quantile(
    scores.map(([score]) => score),
    1 - shares.predIou,
  );
  const left = scores.filter(([score]) => score > predIouThresh).map(([, stability]) => stability);
  const stabilityScoreThresh = left.length > 0 ? quantile(left, 1 - shares.stability) : 0.95;
  return { shares, values: { predIouThresh, stabilityScoreThresh } };
}

function summarize({ chosen, image, threads, runs, pointsPerSide, thresholds, rounds }) {
  const most = (values) => (values.length > 0 ? Math.max(...values) : undefined);
  const theirs = rounds.reference.map((round) => round.steps.generate);
  const stages = Object.fromEntries(
    Object.keys(rounds.ours[0].stages).map((stage) => [
      stage,
      median(rounds.ours.map((round) => round.stages[stage])),
    ]),
  );
  const [reference] = rounds.reference;
  return {
    command: "generate",
    model: chosen.what,
    image: basename(image),
    runs,
    pointsPerSide,
    points: pointsPerSide ** 2,
    thresholds,
    machine: machine(threads),
    engine: rounds.ours[0].engine,
    ...(reference && { reference: `transformers ${reference.transformers}, torch ${reference.torch}` }),
    seconds: median(rounds.ours.map((round) => round.seconds)),
    referenceSeconds: median(theirs.flatMap((step) => step.all)),
    masks: rounds.ours[0].masks,
    referenceMasks: theirs[0]?.masks,
    peakRssBytes: most(rounds.ours.map((round) => round.peakRssBytes)),
    loadedRssBytes: most(rounds.ours.map((round) => round.loadedRssBytes)),
    referencePeakRssBytes: most(theirs.map((step) => step.peakRssBytes)),
    stages,
  };
}

function print(result) {
  const { thresholds, stages } = result;
  const { predIouThresh, stabilityScoreThresh } = thresholds.values;
  console.log(
    `\n${result.model}, ${result.image}, ${result.points} points (${result.pointsPerSide} per side, the reference's grid), ${result.runs} run(s) each, nothing extrapolated`,
  );
  console.log(
    `${describeMachine(result.machine)}\n${result.engine}${result.reference ? ` | ${result.reference}` : ""}`,
  );
  console.log(
    `thresholds: predicted IoU ${predIouThresh.toFixed(4)} (keeps ${percent(thresholds.shares.predIou)} of the candidates, as nano does at 0.88), stability ${stabilityScoreThresh.toFixed(4)} (keeps ${percent(thresholds.shares.stability)} of those, as nano does at 0.95)\n`,
  );
  console.log(
    table(
      ["", "ours", "reference", "ratio"],
      [
        [
          "time",
          seconds(result.seconds),
          seconds(result.referenceSeconds),
          times(result.seconds, result.referenceSeconds),
        ],
        [
          "peak memory",
          bytes(result.peakRssBytes),
          bytes(result.referencePeakRssBytes),
          times(result.peakRssBytes, result.referencePeakRssBytes),
        ],
        ["masks in the end", result.masks, result.referenceMasks, ""],
      ],
    ),
  );
  console.log("");
  const rows = Object.entries(stages).map(([name, value]) => [
    name,
    seconds(value),
    percent(value / result.seconds),
  ]);
  console.log(table(["stage (ours)", "time", "share"], rows));
}

function chart(result) {
  const { cpu, threads } = result.machine;
  const rows = [
    { name: "time", ours: result.seconds, reference: result.referenceSeconds, format: seconds },
    {
      name: "peak memory",
      ours: result.peakRssBytes,
      reference: result.referencePeakRssBytes,
      format: bytes,
    },
  ];
  const title = `Mask generation, ${result.points} points: ${result.model}, ${result.image}`;
  return barChart(
    title,
    `${cpu}, ${threads} threads${result.reference ? `; ${result.reference}` : ""}`,
    rows,
  );
}
