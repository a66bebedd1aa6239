import { checkList, checkMembers, checkOptions, messageOf, textEncoding } from "@sam2js/core";
import type { MaskPixels } from "../files/mask-pixels.js";
import { rleIntersectionArea } from "../masks/rle-operations.js";
import { type AnnotatedImage, type AnnotatedObject, shapeMask } from "./annotated-image.js";
import type { ReadAnnotations } from "./annotations.js";
import { MaskLegend } from "./mask-legend.js";
import { isCoco, readCoco } from "./read-coco.js";
import { isLabelStudio, readLabelStudio } from "./read-label-studio.js";
import { type MaskRegion, readMaskRegions } from "./read-mask-regions.js";
import { readClassesText, readYoloLabels, readYoloNames } from "./read-yolo.js";

/** A file of a data set. */
export interface DataSetFile {
  /** Its name, with folders before it where it lies in some, `/` between them. */
  readonly path: string;
  /** Its bytes. */
  read(): Promise<Uint8Array>;
}

/** How masks of a data set are read. */
export interface DataSetOptions {
  /** What numbers and colours of masks are where no file says it. Default "objects". */
  readonly numbersAre?: "objects" | "classes" | undefined;
  /** Decodes masks that are neither PNG nor `.npy`; without it they are problems. */
  readonly decode?: ((bytes: Uint8Array) => Promise<MaskPixels>) | undefined;
}

/** All that files of annotations say. */
export interface DataSet extends Omit<ReadAnnotations, "problems"> {
  /** What could not be read, by file. */
  readonly problems: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Reads annotations out of files: COCO, YOLO with its `data.yaml` or `classes.txt`, Label Studio's JSON, and masks with the tables beside them. What is
 * what is told by names and contents; a damaged file is a problem, not an error.
 *
 * @throws {InputError} an unknown option
 */
export async function readDataSet(
  files: readonly DataSetFile[],
  options: DataSetOptions = {},
): Promise<DataSet> {
  checkOptions(options, ["numbersAre", "decode"], "readDataSet options");
  checkList(files, "files", "a list of files, each with path and read");
  files.forEach((file, index) => {
    checkMembers(file, `files[${index}]`, "a file with path and read", "path", "read");
  });
  const reader = new DataSetReader(options);
  // What tells of classes goes first.
  const [tables, others] = [
    files.filter(({ path }) => isTable(path)),
    files.filter(({ path }) => !isTable(path)),
  ];
  for (const file of [
    ...tables,
    ...others.filter(({ path }) => !isMaskFile(path)),
    ...others.filter(({ path }) => isMaskFile(path)),
  ])
    await reader.add(file);
  return reader.finish();
}

/** Files that {@link readDataSet} takes for annotations by their names alone, when they lie among photos. */
export function isAnnotationFile(path: string): boolean {
  if (/\.(json|txt|ya?ml|csv|npy|names)$/i.test(path)) return true;
  return (
    isMaskFile(path) && (MASK_FOLDER.test(path) || DEEP_MASKS.test(path) || MASK_SUFFIX.test(stemOf(path)))
  );
}

const MASK_FOLDER =
  /(^|\/)(masks?|labels?|annotations?|segmentations?|segmentationclass|segmentationobject|gt)\/((train|val|test)\/)?[^/]*$/i;
/** These folders hold masks as deep as the images lie, but where photos have a folder in them. */
const DEEP_MASKS =
  /(^|\/)(masks?|segmentationclass|segmentationobject)\/(?!(.*\/)?(images?|photos?|jpegimages)\/)/i;

/** What a mask's name has behind the image's. */
const MASK_SUFFIX =
  /(^|[-_. ])(ids|classes|colou?rs|masks?|labels?|labelids|seg|segmentation|instances?)([-_]?\d+)?$/i;

/** `photo.classes.txt`: of `photo.txt` alone. */
const OWN_CLASSES = /[^/]\.classes\.txt$/i;

const LISTS = /(^|\/)(imagesets\/|(train|val|test|trainval)\.txt$|readme)/i;

function isTable(path: string): boolean {
  return /(^|\/)((.*\.)?classes\.txt|notes\.json|labelmap\.txt|.*\.(ya?ml|csv|names))$/i.test(path);
}

function isMaskFile(path: string): boolean {
  return /\.(png|npy|bmp|tiff?|webp|gif|jpe?g)$/i.test(path);
}

class DataSetReader {
  readonly #options: DataSetOptions;
  readonly #legend = new MaskLegend();
  readonly #images: AnnotatedImage[] = [];
  readonly #classes = new Set<string>();
  readonly #problems: { path: string; text: string }[] = [];
  /** Classes of YOLO, by number, and the folder whose files they are of. */
  readonly #tables: { readonly folder: string; readonly names: readonly string[] }[] = [];
  /** The same of one file alone. */
  readonly #ownNames = new Map<string, readonly string[]>();
  /** Pascal VOC's masks of classes, by the image's folder and name: masks of objects beside them take their classes from there. */
  readonly #classMasks = new Map<string, AnnotatedImage>();
  readonly #objectMasks = new Map<string, AnnotatedImage>();

  constructor(options: DataSetOptions) {
    this.#options = options;
  }

  async add({ path, read }: DataSetFile): Promise<void> {
    try {
      const bytes = await read();
      if (isMaskFile(path)) await this.#addMask(path, bytes);
      else this.#addText(path, new TextDecoder(textEncoding(bytes)).decode(bytes));
    } catch (error) {
      this.#note(path, messageOf(error));
    }
  }

  finish(): DataSet {
    const used = new Set<string>();
    for (const [key, image] of this.#objectMasks) {
      // Of an image with more objects than a map has room for there are further maps, with a number.
      const own = this.#classMasks.has(key) ? key : key.replace(/-\d+$/, "");
      const classes = this.#classMasks.get(own)?.objects ?? [];
      used.add(own);
      this.#images.push({ ...image, objects: image.objects.map((each) => withClass(each, classes)) });
    }
    const others = [...this.#classMasks].filter(([key]) => !used.has(key)).map(([, image]) => image);
    const images = [...this.#images, ...others];
    return { classes: [...this.#classes], images, problems: this.#problems };
  }

  #addText(path: string, text: string): void {
    if (/(^|\/)notes\.json$/i.test(path)) this.#addNames(path, readCoco(parsed(text)).classes);
    else if (/\.json$/i.test(path)) this.#addJson(path, text);
    else if (/\.csv$/i.test(path)) {
      if (!this.#legend.addTable(text))
        this.#note(path, "expected a table of the objects of masks, got another one");
    } else if (/(^|\/)labelmap\.txt$/i.test(path)) this.#legend.addLabelMap(text);
    else if (isTable(path))
      this.#addNames(path, /\.ya?ml$/i.test(path) ? readYoloNames(text) : readClassesText(text));
    else if (!/\.txt$/i.test(path))
      this.#note(path, "expected COCO, YOLO, Label Studio or masks, got another file");
    else if (!LISTS.test(path)) this.#addLabels(path, text);
  }

  #addNames(path: string, names: readonly string[]): void {
    if (names.length === 0) return;
    if (OWN_CLASSES.test(path)) this.#ownNames.set(path, names);
    else this.#tables.push({ folder: folderOf(path), names });
    for (const name of names) this.#classes.add(name);
  }

  /** The classes of a file: those that are called after it, else those of the nearest folder above it, else the last that were read. */
  #namesFor(path: string): readonly string[] {
    const own = this.#ownNames.get(`${path.replace(/\.[^./]*$/, "")}.classes.txt`);
    if (own) return own;
    const above = this.#tables.filter(({ folder }) => path.startsWith(folder));
    const nearest = above.sort((a, b) => a.folder.length - b.folder.length).at(-1);
    return (nearest ?? this.#tables.at(-1))?.names ?? [];
  }

  #addLabels(path: string, text: string): void {
    const { objects, problems } = readYoloLabels(text, this.#namesFor(path));
    for (const problem of problems) this.#note(path, problem);
    if (objects.length > 0 || problems.length === 0) this.#images.push({ fileName: path, objects });
  }

  #addJson(path: string, text: string): void {
    const json = parsed(text);
    const read = isCoco(json) ? readCoco(json) : isLabelStudio(json) ? readLabelStudio(json) : undefined;
    if (!read) this.#note(path, "expected COCO or Label Studio's export JSON, got something else");
    for (const name of read?.classes ?? []) this.#classes.add(name);
    for (const problem of read?.problems ?? []) this.#note(path, problem);
    this.#images.push(...(read?.images ?? []));
  }

  async #addMask(path: string, bytes: Uint8Array): Promise<void> {
    const { decode, numbersAre = "objects" } = this.#options;
    const { size, kind, regions } = await readMaskRegions(bytes, { name: path, decode });
    const fileName = path.slice(path.lastIndexOf("/") + 1);
    const isOfClasses = kind !== "mask" && this.#areClasses(path, regions, numbersAre);
    const objects = regions
      .filter(({ value, color }) => !isOfClasses || color !== undefined || value !== VOID_LEVEL)
      .map((region): AnnotatedObject => {
        const known = this.#legend.objectOf(fileName, region);
        const label = known?.label ?? (isOfClasses ? this.#classOf(path, region) : "");
        return { label, ...(known?.name && { name: known.name }), shape: { kind: "rle", rle: region.rle } };
      });
    const image: AnnotatedImage = { fileName: path, size, isMask: true, objects };
    if (/(^|\/)segmentationclass\//i.test(path)) this.#classMasks.set(keyOf(path), image);
    else if (/(^|\/)segmentationobject\//i.test(path)) this.#objectMasks.set(keyOf(path), image);
    else this.#images.push(image);
  }

  #areClasses(path: string, regions: readonly MaskRegion[], otherwise: "objects" | "classes"): boolean {
    if (/(^|\/)segmentationclass\/|[-_]classes\.\w+$|labelids\.\w+$/i.test(path)) return true;
    if (/(^|\/)segmentationobject\/|[-_](ids|instances?)(-\d+)?\.\w+$/i.test(path)) return false;
    return otherwise === "classes" || regions.every((region) => this.#legend.classOf(region) !== undefined);
  }

  #classOf(path: string, region: MaskRegion): string {
    return this.#legend.classOf(region) ?? this.#namesFor(path)[region.value - 1] ?? `class ${region.value}`;
  }

  #note(path: string, text: string): void {
    this.#problems.push({ path, text });
  }
}

/** In grey class masks what is not looked at. */
const VOID_LEVEL = 255;

/** The class that most of an object's pixels have. */
function withClass(object: AnnotatedObject, classes: readonly AnnotatedObject[]): AnnotatedObject {
  if (object.label || object.shape.kind !== "rle") return object;
  const { rle } = object.shape;
  const own = shapeMask(object.shape, rle.size);
  let best = { label: "", area: 0 };
  for (const { label, shape } of classes) {
    const mask = shapeMask(shape, rle.size);
    const area = own && mask ? rleIntersectionArea(own, mask) : 0;
    if (area > best.area) best = { label, area };
  }
  return { ...object, label: best.label };
}

/** What masks of classes and of objects of one image have in common: where their folders lie, and the image's name. */
function keyOf(path: string): string {
  const folder = folderOf(path).replace(/(^|\/)segmentation(class|object)(?=\/)/i, "$1");
  return `${folder}${stemOf(path).replace(MASK_SUFFIX, "")}`;
}

/** With a slash at its end; empty where there is none. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
}
