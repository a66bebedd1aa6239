import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { NotFoundError, type RgbImage, type Runtime, Sam2Error } from "@sam2js/core";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import { checkInFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress } from "../io/progress.js";
import { readJsonFile } from "../io/read-json-file.js";
import { type LoadedModel, type ModelCommandOptions, withModel } from "../model/with-model.js";
import { addOneSourceOptions, addRunOptions, MODEL } from "../options/model-options.js";
import { numberWithin } from "../options/numbers.js";
import { table } from "../outputs/table.js";
import type { TrackFrames } from "../track/frames.js";
import { keepAlive } from "../track/keep-alive.js";
import { type LoadedVideoModel, withVideoModel } from "../track/with-video-model.js";
import { type Comparison, checkRow } from "../verify/check-row.js";
import { checkVideoRow } from "../verify/check-video-row.js";
import { findImage, type ImagePlaces } from "../verify/find-image.js";
import { withVideo } from "../verify/open-video.js";
import { type Expected, parseExpected } from "../verify/parse-expected.js";

interface VerifyOptions extends Omit<ModelCommandOptions, "model"> {
  readonly as?: string;
  readonly expected?: string;
  readonly images?: string;
  readonly tolerance: number;
  readonly json?: boolean;
}

const PUBLISHED = fileURLToPath(new URL("../../data/published.json", import.meta.url));
const PUBLIC_HUB = "https://huggingface.co";
/** Of scores and, as a share of a mask's range, of logits. The figures are exact to 0.0001, but begin at decoded JPEGs and their resizing. */
const TOLERANCE = 0.005;

const HELP = `
The figures are those that the publishers of the checkpoints state in their own tests. Images that they name are
fetched from the Hub, or taken from --images; a row whose image cannot be had is not checked, and says so.

Exit status: 0 when every row that was checked is within the tolerance, 1 otherwise or when none was checked.

Examples:
  $ sam2 verify facebook/sam2.1-hiera-tiny
  $ sam2 verify models/tiny --as facebook/sam2.1-hiera-tiny --images photos
  $ sam2 verify models/mine --expected mine.json
`;

/** `sam2 verify`: whether a published checkpoint computes here what its publishers say. */
export function verifyCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("verify")
    .description(
      "Runs a published checkpoint and compares the results with the figures that its publishers state.",
    )
    .argument("<model>", MODEL)
    .option("--as <id>", "which published model a folder or URL holds")
    .option("--expected <file>", "compare with the figures of this file, of the same form")
    .option("--images <folder>", "take images from here rather than from the Hub")
    .option(
      "--tolerance <x>",
      "how far scores may be off, and logits as a share of their range",
      numberWithin("--tolerance", 0, 1),
      TOLERANCE,
    )
    .option("--json", "print as JSON");
  addRunOptions(addOneSourceOptions(command))
    .addHelpText("after", HELP)
    .action(async (model: string, options: VerifyOptions) => {
      finish(await verify(model, options, io));
    });
}

/** What became of a row. */
type RowResult = { readonly row: string } & (
  | { readonly comparisons: readonly Comparison[] }
  | { readonly skipped: string }
);

async function verify(model: string, options: VerifyOptions, io: ConsoleIo): Promise<number> {
  const file = options.expected ?? PUBLISHED;
  const isOwnFile = options.expected !== undefined;
  const expected = parseExpected(
    await readJsonFile(file, "--expected"),
    options.as ?? (isOwnFile ? undefined : model),
    file,
  );
  if (options.images !== undefined) await checkInFolder("--images", options.images);
  const results = await withModel({ ...options, model }, io, async (loaded) => {
    const progress = createProgress(io, "rows");
    try {
      return await checkRows(expected, loaded, options, dirname(file), io, (done) =>
        progress.onProgress({ phase: "verify", done, total: expected.rows.length, unit: "items" }),
      );
    } finally {
      progress.stop();
    }
  });
  const video = await checkVideoRows(expected, model, options, dirname(file), io);
  return report(expected, [...results, ...video], options, io);
}

/** The rows about video. What cannot be checked says why. */
async function checkVideoRows(
  { videoRows }: Expected,
  model: string,
  options: VerifyOptions,
  base: string,
  io: ConsoleIo,
): Promise<RowResult[]> {
  if (videoRows.length === 0) return [];
  const results: RowResult[] = [];
  const checkAll = async (loaded: LoadedVideoModel): Promise<void> => {
    const places = await placesOf(loaded.runtime, options, base);
    for (const { objects, ...row } of videoRows) {
      if (!objects) {
        results.push({ row: row.title, skipped: "what it asks is not known by its name, and not said" });
        continue;
      }
      const check = (video: TrackFrames) =>
        checkVideoRow({ ...row, objects }, video, loaded, options.tolerance, io.signal);
      try {
        const comparison = await withVideo(row.place, places, loaded.runtime, io.signal, check);
        results.push({ row: row.title, comparisons: [comparison] });
      } catch (error) {
        io.signal.throwIfAborted();
        if (!Sam2Error.isInstance(error)) throw error;
        results.push({ row: row.title, skipped: error.message });
      }
    }
  };
  try {
    await keepAlive(() => withVideoModel({ ...options, model }, io, checkAll));
  } catch (error) {
    io.signal.throwIfAborted();
    if (!Sam2Error.isInstance(error)) throw error;
    for (const { title } of videoRows.slice(results.length))
      results.push({ row: title, skipped: error.message });
  }
  return results;
}

async function placesOf(runtime: Runtime, options: VerifyOptions, base: string): Promise<ImagePlaces> {
  const settings = await runtime.store.hubSettings();
  return {
    folder: options.images,
    base,
    endpoint: settings.endpoint ?? PUBLIC_HUB,
    isOffline: options.offline ?? settings.offline ?? false,
  };
}

async function checkRows(
  expected: Expected,
  loaded: LoadedModel,
  options: VerifyOptions,
  base: string,
  io: ConsoleIo,
  onRow: (done: number) => void,
): Promise<RowResult[]> {
  const { runtime } = loaded.model;
  const places = await placesOf(runtime, options, base);
  const decoded = new Map<string, Promise<RgbImage>>();
  const load = (name: string): Promise<RgbImage> => {
    const made = decoded.get(name) ?? loadImage(name, expected.images.get(name), places, runtime, io.signal);
    decoded.set(name, made);
    return made;
  };
  const results: RowResult[] = [];
  for (const [index, row] of expected.rows.entries()) {
    onRow(index);
    const images: RgbImage[] = [];
    let missing: string | undefined;
    for (const name of row.prompts.images) {
      try {
        images.push(await load(name));
      } catch (error) {
        io.signal.throwIfAborted();
        if (!Sam2Error.isInstance(error)) throw error;
        missing ??= `image ${name} cannot be had: ${error.message}`;
      }
    }
    if (missing !== undefined) results.push({ row: row.title, skipped: missing });
    else {
      const comparisons = await checkRow(row, images, loaded, options.tolerance, io.signal);
      results.push({ row: row.title, comparisons });
    }
  }
  return results;
}

async function loadImage(
  name: string,
  place: string | undefined,
  places: Parameters<typeof findImage>[1],
  runtime: LoadedModel["model"]["runtime"],
  signal: AbortSignal,
): Promise<RgbImage> {
  if (place === undefined)
    throw new NotFoundError(`the file of expected values does not say where ${name} is`);
  const url = await findImage(place, places);
  if (!url)
    throw new NotFoundError(
      `${place} is on the Hub, which is not asked in offline mode; --images names a folder to look in`,
    );
  return runtime.decodeImage(url, { signal });
}

function report(
  expected: Expected,
  results: readonly RowResult[],
  options: VerifyOptions,
  io: ConsoleIo,
): number {
  const comparisons = results.flatMap((result) => ("comparisons" in result ? result.comparisons : []));
  const wrong = comparisons.filter(({ isOk }) => !isOk).length;
  const isOk = comparisons.length > 0 && wrong === 0;
  if (options.json) {
    io.out(
      JSON.stringify(
        { model: expected.model, ok: isOk, tolerance: options.tolerance, rows: results },
        undefined,
        2,
      ),
    );
    return isOk ? ExitCode.ok : ExitCode.failed;
  }
  const rows = results.flatMap((result) =>
    "skipped" in result ? [] : result.comparisons.map((each) => rowOf(each)),
  );
  const skipped = results.filter((result) => "skipped" in result);
  io.out(`compared with what is stated for ${expected.model}`);
  if (rows.length > 0) {
    const head = ["name", "", "expected", "got", "difference", "ok"];
    for (const line of table([head, ...rows], [4])) io.out(line);
  }
  for (const { row, skipped: reason } of skipped) io.out(`not checked: ${row}: ${reason}`);
  const verdict =
    comparisons.length === 0
      ? "nothing could be compared"
      : wrong === 0
        ? "all as stated"
        : `${wrong} differ`;
  io.out(`${comparisons.length} comparisons, ${verdict}; ${skipped.length} rows not checked`);
  io.out(`tolerance: scores ${options.tolerance}, logits ${options.tolerance} of the range of their mask`);
  return isOk ? ExitCode.ok : ExitCode.failed;
}

function rowOf({ row, what, expected, got, difference, limit, isOk }: Comparison): string[] {
  return [
    row,
    what,
    numbers(expected, what),
    numbers(got, what),
    Number.isFinite(difference) ? difference.toFixed(5) : "another count",
    isOk ? "ok" : `OFF (at most ${limit.toPrecision(2)})`,
  ];
}

const SHOWN = 4;

function numbers(values: readonly number[], what: Comparison["what"]): string {
  const shown = values.slice(0, SHOWN).map((value) => value.toFixed(what === "scores" ? 4 : 3));
  return values.length > SHOWN ? `${shown.join(" ")} …` : shown.join(" ");
}
