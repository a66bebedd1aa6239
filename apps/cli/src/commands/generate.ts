import { join } from "node:path";
import type { ImageEmbeddings } from "@sam2js/embeddings";
import { drawOverlay } from "@sam2js/masks";
import type { LeftOut } from "@sam2js/media";
import { MaskGenerator } from "@sam2js/pipeline";
import type { Command } from "commander";
import {
  addGenerateOptions,
  type GenerateOptions,
  toGenerationOptions,
} from "../generate/generate-options.js";
import { findRecord, type ImageRecord, recordFile, sourceOf } from "../generate/record.js";
import { concludeBatch, eachImage } from "../io/batch.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { digestOf } from "../io/digest.js";
import { expandInputs, type ImageInput } from "../io/expand-inputs.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { printableName } from "../io/printable.js";
import { createProgress, type Progress } from "../io/progress.js";
import { placesOf, writeFiles } from "../io/write-files.js";
import { identityOf } from "../model/identity-of.js";
import {
  addEmbeddingsOption,
  type EmbeddingsOptions,
  embeddingsOf,
  openEmbeddings,
} from "../model/stored-embeddings.js";
import { type LoadedModel, type ModelCommandOptions, withModel } from "../model/with-model.js";
import { addCutOutOptions } from "../options/cut-out-options.js";
import { addModelOptions } from "../options/model-options.js";
import { addOutputOptions, type OutputOptions } from "../options/output-options.js";
import { type CutOutChoices, choicesOf } from "../outputs/cut-out-choices.js";
import { generateFiles } from "../outputs/generate-files.js";
import { reportHtml } from "../report/report-html.js";
import { thumbnailOf } from "../report/thumbnail.js";

interface GenerateCommandOptions
  extends ModelCommandOptions,
    OutputOptions,
    EmbeddingsOptions,
    GenerateOptions,
    CutOutChoices {
  readonly resume?: boolean;
  readonly report?: boolean;
}

const EXAMPLES = `
Examples:
  $ sam2 generate photo.jpg
        every object in the image: out/photo.overlay.png and out/photo.coco.json
  $ sam2 generate photos --report --out results
        all images of a folder, and results/report.html to look at
  $ sam2 generate photos --resume --report --out results
        the same, without what is done already (with the same settings)
  $ sam2 generate "photos/**/*.jpg" --format coco,cutout --points-per-side 16
        a coarser grid is four times faster and misses small things

Files written for photo.jpg:
  overlay   photo.overlay.png                       the image with coloured masks
  coco      photo.coco.json                         all masks as a COCO file (compressed run lengths)
  png       photo.labels.png                        one map: 0 background, n for the n-th mask (255 to a file)
  cutout    photo.001.cutout.png, …                 each object without its background
  svg       photo.svg                               one path for each mask
  yolo      photo.txt, photo.classes.txt            polygons for training, and the names of their classes
  voc       photo.xml                               Pascal VOC: boxes
  cvat      photo.cvat.xml                          CVAT for images 1.1: masks
  geojson   photo.geojson                           polygons in pixels
  npy       photo.labels.npy                        the map as int32
`;

/** `sam2 generate`: everything in an image. */
export function generateCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("generate")
    .description(
      "Segments everything in images, without prompts: a grid of points is tried, good masks are kept.",
    )
    .argument("<images...>", "files, folders, patterns or URLs");
  addCutOutOptions(addOutputOptions(command))
    .option("--resume", "skip images that are done with the same settings")
    .option("--report", "write report.html, a page that shows all images with their masks");
  addGenerateOptions(addEmbeddingsOption(addModelOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (images: string[], options: GenerateCommandOptions) => {
      finish(await generate(images, options, io));
    });
}

async function generate(
  args: readonly string[],
  options: GenerateCommandOptions,
  io: ConsoleIo,
): Promise<number> {
  await checkOutFolder(options.out);
  const { inputs, failures: missing, leftOut } = await expandInputs(args);
  noteLeftOut(leftOut, io);
  const generation = toGenerationOptions(options, options.model);
  const folder = await openEmbeddings(options);
  const records = new Map<ImageInput, ImageRecord>();
  const places = await placesOf(inputs);
  const work = async (loaded: LoadedModel) => {
    const { dtype, format } = options;
    // How objects are cut out matters only where they are.
    const cutOuts = format.includes("cutout") ? choicesOf(options) : {};
    const settings = JSON.stringify({
      model: identityOf(loaded),
      dtype,
      format,
      ...generation,
      ...cutOuts,
    });
    if (options.resume) {
      for (const input of inputs) {
        const found = await findRecord(options.out, input, settings);
        if (typeof found === "object") records.set(input, found);
        else if (found) io.note(`--resume: ${input.shown}: ${found}; done anew`);
      }
      if (records.size > 0) io.note(`${records.size} of ${inputs.length} images are done already`);
    }
    const open = inputs.filter((input) => !records.has(input));
    const progress = createProgress(io, "images");
    const generator = new MaskGenerator(loaded);
    try {
      return await eachImage(open, io, async (input, index) => {
        await using embeddings = await embeddingsOf(loaded, input.path, folder, io.signal);
        const share = (done: number) =>
          progress.onProgress({ phase: "generate", done: index + done, total: open.length, unit: "items" });
        const record = await generateImage(
          input,
          embeddings,
          generator,
          { ...options, settings, places },
          io,
          share,
        );
        records.set(input, record);
        share(1);
        if (!options.json) printRecord(input.shown, record, options.out, io, progress);
      });
    } finally {
      progress.stop();
    }
  };
  const failed = inputs.length === 0 ? [] : await withModel(options, io, work);
  const failures = [...missing, ...failed];
  const done = inputs.flatMap((input) => records.get(input) ?? []);
  const report = options.report ? await writeReport(options, generation, done, failures) : undefined;
  if (options.json) io.out(JSON.stringify(toJson(options, done, failures, leftOut, report), undefined, 2));
  else if (report) io.out(`wrote ${report}`);
  return concludeBatch(failures, inputs.length + missing.length, io);
}

async function generateImage(
  input: ImageInput,
  embeddings: ImageEmbeddings | undefined,
  generator: MaskGenerator,
  options: GenerateCommandOptions & { readonly settings: string; readonly places: ReadonlySet<string> },
  io: ConsoleIo,
  share: (done: number) => void,
): Promise<ImageRecord> {
  const { signal } = io;
  const { runtime } = generator.model;
  const started = performance.now();
  const digest = await digestOf(input.path, signal);
  const image = await runtime.decodeImage(input.path, { signal });
  const { masks } = await generator.generate(image, {
    ...toGenerationOptions(options, options.model),
    encoded: embeddings && { embeddings, size: [image.height, image.width] },
    signal,
    onProgress: ({ done, total }) => share(total ? (0.95 * done) / total : 0),
  });
  const overlay = drawOverlay(image, masks);
  const files = await generateFiles(
    { input, image, masks, overlay, choices: options, signal },
    options.format,
    runtime,
  );
  const thumbnail = {
    name: `.sam2/${input.stem}.png`,
    content: await thumbnailOf(overlay),
  };
  const record: ImageRecord = {
    version: 2,
    image: sourceOf(input),
    digest,
    settings: options.settings,
    width: image.width,
    height: image.height,
    masks: masks.length,
    bestScore: masks[0]?.score ?? 0,
    elapsedMs: Math.round(performance.now() - started),
    files: files.map(({ name }) => name),
    thumbnail: thumbnail.name,
  };
  signal.throwIfAborted();
  // The record comes last: where it is, everything is.
  await writeFiles(options.out, [...files, thumbnail, recordFile(input, record)], options.places);
  return record;
}

function printRecord(
  image: string,
  record: ImageRecord,
  folder: string,
  io: ConsoleIo,
  progress: Progress,
): void {
  progress.clear();
  const { width, height, masks, elapsedMs, files } = record;
  io.out(
    `${printableName(image)}  ${width} x ${height}, ${masks} ${masks === 1 ? "mask" : "masks"}, ${(elapsedMs / 1000).toFixed(1)} s`,
  );
  const cutouts = files.filter((file) => /\.cutout\.\w+$/.test(file));
  for (const file of files) if (!cutouts.includes(file)) io.out(`  wrote ${join(folder, file)}`);
  if (cutouts.length > 0) io.out(`  wrote ${cutouts.length} cut-outs, ${join(folder, cutouts[0] ?? "")} …`);
}

async function writeReport(
  { model, out, format }: GenerateCommandOptions,
  generation: object,
  records: readonly ImageRecord[],
  failures: Parameters<typeof reportHtml>[0]["failures"],
): Promise<string> {
  const given = Object.entries(generation).filter(([, value]) => value !== undefined);
  const settings = [...given, ["formats", format.join(", ")]].map(
    ([name, value]) => [String(name), String(value)] as const,
  );
  const html = reportHtml({ model, settings, records, failures });
  const [path = ""] = await writeFiles(out, [{ name: "report.html", content: html }]);
  return path;
}

function toJson(
  { model, out }: GenerateCommandOptions,
  records: readonly ImageRecord[],
  failures: readonly { image: string; code: string; message: string }[],
  leftOut: readonly LeftOut[],
  report: string | undefined,
): object {
  return {
    model,
    images: records.map(({ image, width, height, masks, bestScore, elapsedMs, files }) => ({
      image,
      width,
      height,
      masks,
      bestScore,
      elapsedMs,
      files: files.map((file) => join(out, file)),
    })),
    failed: failures.map(({ image, code, message }) => ({ image, code, message })),
    leftOut,
    ...(report !== undefined && { report }),
  };
}
