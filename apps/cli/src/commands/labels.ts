import { ImageError, InputError } from "@sam2js/core";
import { type DataSet, readDataSet } from "@sam2js/masks";
import { isPictureName } from "@sam2js/media";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { type Command, Option } from "commander";
import { ExitCode } from "../exit-code.js";
import { checkInFolder, checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { placesOf, writeFiles } from "../io/write-files.js";
import { filesIn, labelFiles } from "../labels/label-files.js";
import { LABEL_FORMATS, LABEL_WRITERS, type LabelFormat, type LabelledSet } from "../labels/label-writers.js";
import {
  type ImageFolder,
  type LabelledPicture,
  labelledPictures,
  type Skipped,
} from "../labels/labelled-pictures.js";

interface LabelsOptions {
  readonly to: LabelFormat;
  readonly out: string;
  readonly images?: string;
  readonly numbers: "objects" | "classes";
  readonly json?: boolean;
}

const HELP = `
What is read is told by names and contents, several kinds at once: COCO, YOLO with its data.yaml or classes.txt, Label Studio's JSON,
and masks (PNG or .npy) with the tables beside them. Masks stay as they are, pixel for pixel, but in YOLO, which has outlines alone.

Files written:
  coco          annotations.json                      compressed run lengths
  yolo          labels/photo.txt, …                   with classes.txt and data.yaml
  voc           Annotations/photo.xml, …              with SegmentationClass, SegmentationObject, labelmap.txt
  cvat          annotations.xml                       CVAT for images 1.1
  labelstudio   tasks.json                            brush masks
  png           masks/photo-ids.png, …                0 background, n for the n-th object

Left out, and counted: boxes without an outline, objects without a pixel, images of which no file tells the size. YOLO does not tell
it; --images does. Exit status: 0, or 3 where something could not be read and the rest is written.

Examples:
  $ sam2 labels instances.json --to yolo --out dataset
  $ sam2 labels dataset/labels dataset/data.yaml --images dataset/images --to coco
  $ sam2 labels masks --images photos --numbers classes --to voc
`;

/** `sam2 labels`: labels of a data set in another format. */
export function labelsCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  program
    .command("labels")
    .description("Reads labels (COCO, YOLO, Label Studio, masks) and writes them in another format.")
    .argument("<files...>", "files of labels, or folders of them")
    .addOption(new Option("-t, --to <format>", "what to write").choices(LABEL_FORMATS).makeOptionMandatory())
    .option("-o, --out <folder>", "where it is written", "labels")
    .option("-i, --images <folder>", "the images, for their names and sizes; others are left out")
    .addOption(
      new Option("--numbers <kind>", "what numbers in masks are where no file says it")
        .choices(["objects", "classes"])
        .default("objects"),
    )
    .option("--json", "print what was done as JSON")
    .addHelpText("after", HELP)
    .action(async (files: string[], options: LabelsOptions) => {
      finish(await labels(files, options, io));
    });
}

async function labels(args: readonly string[], options: LabelsOptions, io: ConsoleIo): Promise<number> {
  await checkOutFolder(options.out);
  if (options.images !== undefined) await checkInFolder("--images", options.images);
  const given = await labelFiles(args);
  const inputs = await placesOf(given);
  const read = await readDataSet(given, { numbersAre: options.numbers });
  const folder = options.images === undefined ? undefined : await imagesIn(options.images);
  const { pictures, skipped } = await labelledPictures(read.images, folder);
  skipped.problems.unshift(...read.problems);
  if (pictures.length === 0) throw nothingRead(args, skipped);
  const set = numbered(read, pictures);
  await using runtime = createNodeRuntime();
  let files = 0;
  for await (const file of LABEL_WRITERS[options.to](set, (source) => runtime.encodePng(source))) {
    io.signal.throwIfAborted();
    await writeFiles(options.out, [file], inputs);
    files += 1;
  }
  const objects = pictures.reduce((sum, each) => sum + each.objects.length, 0);
  const done = { images: pictures.length, objects, classes: set.classes, files };
  if (options.json) io.out(JSON.stringify({ out: options.out, ...done, skipped }, undefined, 2));
  else {
    io.out(`${pictures.length} images, ${objects} objects, ${set.classes.length} classes`);
    io.out(`  wrote ${files} ${files === 1 ? "file" : "files"} into ${options.out}`);
    for (const line of skippedLines(skipped)) io.note(line);
  }
  return skipped.problems.length > 0 ? ExitCode.partly : ExitCode.ok;
}

async function imagesIn(folder: string): Promise<ImageFolder> {
  const { default: sharp } = await import("sharp");
  return {
    folder,
    paths: (await filesIn(folder)).filter(isPictureName),
    async sizeOf(path) {
      const facts = await sharp(path)
        .metadata()
        .catch((cause) => {
          throw ImageError.expected(path, "a picture", "something else", "check the file", cause);
        });
      const { width, height } = facts.autoOrient ?? facts;
      return [height, width];
    },
  };
}

/** Classes keep the numbers that the files gave them; those that no file lists come after. */
function numbered({ classes: listed }: DataSet, pictures: readonly LabelledPicture[]): LabelledSet {
  const used = pictures.flatMap(({ objects }) => objects.map(({ label }) => classOf(label)));
  const classes = [...new Set([...listed, ...used])];
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const images = pictures.map(({ fileName, stem, size, objects }) => ({
    fileName,
    stem,
    size,
    masks: objects.map(({ mask }) => mask),
    categories: objects.map(({ label }) => numbers.get(classOf(label)) ?? 0),
    names: objects.map(({ name }) => name ?? ""),
  }));
  return { classes, images };
}

function classOf(label: string): string {
  return label.trim() || "object";
}

function nothingRead(args: readonly string[], skipped: Skipped): InputError {
  const why = skippedLines(skipped).join("; ");
  const expected = "labels: COCO, YOLO, Label Studio or masks";
  return new InputError(
    `${args.join(", ")}: expected ${expected}, got none that can be used${why && ` (${why})`}; see sam2 help labels`,
    {
      expected,
      got: skipped,
    },
  );
}

/** So many names of a kind are listed. */
const LISTED = 20;

function skippedLines({ boxes, empty, unknown, sizeless, problems }: Skipped): string[] {
  const lines: string[] = [];
  if (boxes > 0)
    lines.push(`left out: ${boxes} boxes without an outline; sam2 segment --box makes masks of them`);
  if (empty > 0) lines.push(`left out: ${empty} objects without a pixel`);
  if (unknown.length > 0)
    lines.push(
      `left out: ${unknown.length} images that are not in --images, or of which several there may be meant: ${some(unknown)}`,
    );
  if (sizeless.length > 0)
    lines.push(
      `left out: ${sizeless.length} images of unknown size, name their folder with --images: ${some(sizeless)}`,
    );
  for (const { path, text } of problems.slice(0, LISTED))
    lines.push(text.includes(path) ? text : `${path}: ${text}`);
  if (problems.length > LISTED) lines.push(`and ${problems.length - LISTED} more that could not be read`);
  return lines;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => name.slice(name.lastIndexOf("/") + 1));
  return names.length > shown.length ? `${shown.join(", ")} …` : shown.join(", ");
}
