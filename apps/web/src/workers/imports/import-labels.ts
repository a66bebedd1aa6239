import { messageOf } from "@sam2js/core";
import {
  type AnnotatedImage,
  type AnnotatedObject,
  type DataSetFile,
  ImageNames,
  isAnnotationFile,
  readDataSet,
  rleArea,
  shapeBox,
  shapeMask,
} from "@sam2js/masks";
import { unzipSync } from "fflate";
import type { ImportAnswer, ImportedObject, ImportRequest, LabelFile } from "../../protocol/labels.js";
import { apartNames } from "../apart-names.js";

type Photo = ImportRequest["photos"][number];
type Problem = ImportAnswer["problems"][number];

/** Reads files of annotations, and says which photo each object is on. Photos are found by their names, as exports or their own files have them. */
export async function importLabels({ files, photos, numbersAre }: ImportRequest): Promise<ImportAnswer> {
  const problems: Problem[] = [];
  const read = await readDataSet(await unzipped(files, problems), { numbersAre });
  problems.push(...read.problems);
  const names = namesFor(photos, read.images);
  const found = new Map<string, ImportedObject[]>();
  const unknown: string[] = [];
  for (const image of read.images) {
    const match = names.find(image);
    const photo = match && photos[match.index];
    if (!photo) {
      unknown.push(image.fileName);
      continue;
    }
    const objects = objectsOn(photo, image, match.objectName, problems);
    if (objects.length > 0) found.set(photo.id, [...(found.get(photo.id) ?? []), ...objects]);
  }
  const hasNumbers = read.images.some(({ isMask, objects }) => isMask && objects.length > 1);
  const list = [...found].map(([id, objects]) => ({ id, objects }));
  return { classes: read.classes, photos: list, unknown, problems, hasNumbers };
}

/** Photos of one name are told apart by the numbers that exports give them, in files of our own, and else by the folders that they were opened from. */
function namesFor(photos: readonly Photo[], images: readonly AnnotatedImage[]): ImageNames {
  const apart = apartNames(photos.map(({ name }) => name));
  const numbered = new ImageNames(apart.map((name, i) => (name === photos[i]?.name ? [] : [name])));
  const isExport = images.some((image) => numbered.find(image));
  return new ImageNames(
    photos.map(({ name, path }, i) => (path && !isExport ? [path] : [apart[i] ?? name, name])),
  );
}

function objectsOn(
  photo: Photo,
  { fileName, size, objects }: AnnotatedImage,
  name: string | undefined,
  problems: Problem[],
): ImportedObject[] {
  const { width, height } = photo;
  const inPixels = objects.some(({ shape }) => shape.kind === "rle" || !shape.isShare);
  if (inPixels && size && (size[0] !== height || size[1] !== width)) {
    const text = `expected an image of ${width} × ${height} pixels, got one of ${size[1]} × ${size[0]}`;
    problems.push({ path: fileName, text });
    return [];
  }
  return objects.flatMap((object) => {
    try {
      const made = shapeOn(object, [height, width]);
      return made ? [{ label: object.label, name: object.name ?? name, ...made }] : [];
    } catch (error) {
      problems.push({ path: fileName, text: messageOf(error) });
      return [];
    }
  });
}

function shapeOn(
  { shape }: AnnotatedObject,
  size: readonly [number, number],
): Pick<ImportedObject, "mask" | "box"> | undefined {
  if (shape.kind === "box") {
    const box = shapeBox(shape, size);
    return box && { box: { x0: box[0], y0: box[1], x1: box[2], y1: box[3] } };
  }
  const rle = shapeMask(shape, size);
  return rle && rleArea(rle) > 0 ? { mask: { size, counts: Uint32Array.from(rle.counts) } } : undefined;
}

/** Files, and in place of zips what of annotations is in them. */
async function unzipped(files: readonly LabelFile[], problems: Problem[]): Promise<DataSetFile[]> {
  const all: DataSetFile[] = [];
  for (const { path, blob } of files) {
    const bytes = async () => new Uint8Array(await blob.arrayBuffer());
    if (!/\.zip$/i.test(path)) all.push({ path, read: bytes });
    else {
      try {
        const entries = unzipSync(await bytes(), { filter: ({ name }) => isAnnotationFile(name) });
        for (const [name, content] of Object.entries(entries))
          all.push({ path: name, read: async () => content });
      } catch {
        problems.push({ path, text: "expected a zip, got something else; it may be cut off" });
      }
    }
  }
  return all;
}
