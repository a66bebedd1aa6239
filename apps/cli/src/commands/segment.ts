import { dirname } from "node:path";
import { InputError, type RgbImage, type Runtime } from "@sam2js/core";
import type { Command } from "commander";
import { concludeBatch, eachImage } from "../io/batch.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { expandInputs } from "../io/expand-inputs.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { printableName } from "../io/printable.js";
import { createProgress } from "../io/progress.js";
import { parseJson, readJsonFile } from "../io/read-json-file.js";
import { placesOf, writeFiles } from "../io/write-files.js";
import {
  addEmbeddingsOption,
  type EmbeddingsOptions,
  embeddingsOf,
  openEmbeddings,
} from "../model/stored-embeddings.js";
import { type LoadedModel, type ModelCommandOptions, withModel } from "../model/with-model.js";
import { addCutOutOptions } from "../options/cut-out-options.js";
import { addCleaningOptions, maskLabelOption } from "../options/mask-options.js";
import { addModelOptions } from "../options/model-options.js";
import { addOutputOptions, type OutputOptions } from "../options/output-options.js";
import type { CutOutChoices } from "../outputs/cut-out-choices.js";
import { findingLabel, segmentFiles } from "../outputs/segment-files.js";
import { percent, table } from "../outputs/table.js";
import { type GivenPrompt, groupPrompts } from "../prompts/group-prompts.js";
import { type JsonPrompts, parseJsonPrompts } from "../prompts/json-prompts.js";
import { categoryOf, type PromptObject } from "../prompts/prompt-object.js";
import { type Finding, SUBJECT, segmentImage } from "../segment/segment-image.js";

interface SegmentCommandOptions extends ModelCommandOptions, OutputOptions, EmbeddingsOptions, CutOutChoices {
  readonly prompts?: string;
  readonly multimask?: boolean;
  readonly subject?: boolean;
  readonly maxHoleArea: number;
  readonly maskLabel?: number;
  readonly maxSprinkleArea: number;
}

const EXAMPLES = `
An object is what the prompts of one name point at; without a name, points belong to object 1, and
each box or mask is an object of its own. Points and boxes are in pixels of the image, x before y.

Examples:
  $ sam2 segment photo.jpg --point 500,375
        what is at (500, 375); the best of three guesses is kept
  $ sam2 segment photo.jpg --box 75,275,1725,850 --point 1200,400,0
        what is in the box, without what is at (1200, 400)
  $ sam2 segment photo.jpg --point cup:520,310 --point cup:560,330 --box plate:300,280,900,700
        two objects in one go
  $ sam2 segment photo.jpg --mask cup=out/photo.cup.npy --point cup:600,350
        refine an earlier result (written with --format npy)
  $ sam2 segment photo.jpg --box 300,280,900,700 --format cutout --ground blur --soft-edge 2 --whole-image
        the photo with all but the object blurred
  $ sam2 segment "photos/*.jpg" --subject --format cutout
        what each photo is of, without its background
  $ sam2 segment "photos/*.jpg" --prompts prompts.json --format overlay,cutout --out results
        prompts.json: { "images": { "a.jpg": [{ "id": "cup", "points": [[520, 310]], "labels": [1] }] } }
        or, for every image alike: { "objects": [{ "id": "cup", "box": [300, 280, 900, 700] }] }

Files written for photo.jpg and an object called cup:
  overlay   photo.overlay.png        the image with coloured masks and the prompts
  coco      photo.coco.json          all masks as a COCO file (compressed run lengths)
  png       photo.cup.png            white inside, black outside
  cutout    photo.cup.cutout.png     the object without its background; --together: photo.cutout.png
  svg       photo.svg                one path for each mask
  yolo      photo.txt, photo.classes.txt   polygons for training, and the names of their classes
  voc       photo.xml                Pascal VOC: boxes
  cvat      photo.cvat.xml           CVAT for images 1.1: masks
  geojson   photo.geojson            polygons in pixels
  npy       photo.cup.npy            the model's logits, for --mask
`;

/** `sam2 segment`: what the prompts point at. */
export function segmentCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const given: GivenPrompt[] = [];
  const add = (kind: GivenPrompt["kind"]) => (text: string) => void given.push({ kind, text });
  const command = program
    .command("segment")
    .description("Segments objects of images: what points, boxes or masks point at.")
    .argument("[images...]", "files, folders, patterns or URLs")
    .option(
      "-p, --point <[obj:]x,y[,0|1]>",
      "a point inside (1, the default) or outside (0) an object; repeatable",
      add("point"),
    )
    .option("-b, --box <[obj:]x0,y0,x1,y1>", "a box around an object; repeatable", add("box"))
    .option(
      "--mask <[obj=]file>",
      "a mask to start from: a picture, or logits as .npy; repeatable",
      add("mask"),
    )
    .addOption(maskLabelOption())
    .option("--prompts <file>", "prompts as JSON; - reads them from stdin")
    .option("--subject", `find what each image is of, without a prompt, as the object "${SUBJECT}"`)
    .option("--multimask", "keep all three masks of each object, best first");
  addCutOutOptions(addOutputOptions(command));
  addCleaningOptions(addEmbeddingsOption(addModelOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (images: string[], options: SegmentCommandOptions) => {
      finish(await segment(images, groupPrompts(given), options, io));
    });
}

async function segment(
  args: readonly string[],
  objects: readonly PromptObject[],
  options: SegmentCommandOptions,
  io: ConsoleIo,
): Promise<number> {
  const prompts = await readPrompts(objects, options, io);
  await checkOutFolder(options.out);
  const {
    inputs,
    failures: missing,
    leftOut,
  } = await expandInputs(args.length > 0 ? args : (prompts.images ?? []));
  noteLeftOut(leftOut, io);
  if (inputs.length === 0 && missing.length === 0) {
    throw new InputError("segment: expected an image; for example sam2 segment photo.jpg --point 500,375");
  }
  const classes = inputs.flatMap(({ path }) => prompts.objectsFor(path)?.map(categoryOf) ?? []);
  const folder = await openEmbeddings(options);
  const masks = inputs.flatMap(({ path }) => prompts.objectsFor(path)?.flatMap(drawnMask) ?? []);
  const places = await placesOf([...inputs, ...masks]);
  const done: object[] = [];
  let first: Promise<RgbImage> | undefined;
  const decodeFirst = (runtime: Runtime) => {
    first = inputs[0] && runtime.decodeImage(inputs[0].path, { signal: io.signal });
    first?.catch(() => undefined); // awaited in its turn
  };
  const work = async (loaded: LoadedModel) => {
    const progress = createProgress(io, "images");
    try {
      return await eachImage(inputs, io, async (input, index) => {
        progress.onProgress({ phase: "segment", done: index, total: inputs.length, unit: "items" });
        const started = performance.now();
        const decoded = first;
        first = undefined;
        const objects = prompts.objectsFor(input.path);
        if (!objects || (objects.length === 0 && !options.subject)) {
          throw InputError.expected(input.shown, `prompts for this image in ${options.prompts}`, "none");
        }
        if (options.subject) checkNames(objects);
        const { runtime } = loaded.model;
        const image = await (decoded ?? runtime.decodeImage(input.path, { signal: io.signal }));
        noteOutside(objects, image, input.shown, io);
        const findings = await segmentImage(loaded, image, objects, {
          multimask: options.multimask === true,
          maxHoleArea: options.maxHoleArea,
          maxSprinkleArea: options.maxSprinkleArea,
          maskLabel: options.maskLabel,
          subject: options.subject,
          embeddings: await embeddingsOf(loaded, input.path, folder, io.signal),
          signal: io.signal,
        });
        const files = await segmentFiles(
          { input, image, findings, classes: [...new Set(classes)], choices: options, signal: io.signal },
          options.format,
          runtime,
        );
        io.signal.throwIfAborted();
        const written = await writeFiles(options.out, files, places);
        const elapsedMs = Math.round(performance.now() - started);
        progress.clear();
        const facts = { image: input.shown, width: image.width, height: image.height, elapsedMs };
        done.push({ ...facts, objects: findings.map(toJson), files: written });
        if (!options.json) for (const line of describe(facts, findings, written)) io.out(line);
      });
    } finally {
      progress.stop();
    }
  };
  const failures = await withModel(options, io, work, decodeFirst);
  const all = [...missing, ...failures];
  if (options.json) {
    const failed = all.map(({ image, code, message }) => ({ image, code, message }));
    io.out(JSON.stringify({ model: options.model, images: done, failed, leftOut }, undefined, 2));
  }
  return concludeBatch(all, inputs.length + missing.length, io);
}

async function readPrompts(
  objects: readonly PromptObject[],
  { prompts, subject }: SegmentCommandOptions,
  io: ConsoleIo,
): Promise<JsonPrompts> {
  if (prompts === undefined) {
    if (subject) checkNames(objects);
    if (objects.length === 0 && !subject) {
      throw InputError.expected(
        "segment",
        "a prompt (--point, --box, --mask, --subject or --prompts)",
        "none",
        "for example --point 500,375. To find everything in an image without prompts: sam2 generate photo.jpg",
      );
    }
    return { objectsFor: () => objects, images: undefined };
  }
  if (objects.length > 0) {
    const got = "--point, --box or --mask beside it";
    throw InputError.expected("--prompts", "all prompts in the file", got);
  }
  if (prompts === "-") return parseJsonPrompts(parseJson(await io.readStdin(), "stdin"), "stdin", ".");
  return parseJsonPrompts(await readJsonFile(prompts, "--prompts"), prompts, dirname(prompts));
}

/** A mask that no result may replace; logits may be replaced by what they were refined to. */
function drawnMask({ mask }: PromptObject): { readonly path: string }[] {
  return mask === undefined || /\.npy$/i.test(mask) ? [] : [{ path: mask }];
}

/** The subject's name is taken. */
function checkNames(objects: readonly PromptObject[]): void {
  if (objects.every(({ id }) => id !== SUBJECT)) return;
  throw new InputError(`--subject: expected no other object called "${SUBJECT}"; give yours another name`);
}

function noteOutside(
  objects: readonly PromptObject[],
  { width, height }: { readonly width: number; readonly height: number },
  path: string,
  io: ConsoleIo,
): void {
  for (const { id, points } of objects) {
    const point = points.find(([x, y]) => x < 0 || y < 0 || x > width || y > height);
    if (point)
      io.note(
        `note: ${path}: point ${point.join(",")} of object ${id} is outside the image of ${width} x ${height}`,
      );
  }
}

function toJson({ object, rank, mask }: Finding): object {
  const [height, width] = mask.size;
  return {
    object: object.id,
    ...(rank !== undefined && { rank }),
    score: mask.score,
    box: mask.box,
    area: mask.area,
    share: mask.area / (height * width),
  };
}

function describe(
  { image, width, height, elapsedMs }: { image: string; width: number; height: number; elapsedMs: number },
  findings: readonly Finding[],
  written: readonly string[],
): string[] {
  const rows = findings.map((finding) => [
    findingLabel(finding),
    finding.mask.score?.toFixed(3) ?? "",
    finding.mask.area === 0 ? "nothing found" : finding.mask.box.join(","),
    percent(finding.mask.area / (width * height)),
  ]);
  const lines = table([["object", "score", "box", "area"], ...rows], [1, 3]);
  return [
    `${printableName(image)}  ${width} x ${height}, ${(elapsedMs / 1000).toFixed(1)} s`,
    ...lines.map((line) => `  ${line}`),
    ...written.map((path) => `  wrote ${path}`),
  ];
}
