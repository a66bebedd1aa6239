import { relative, sep } from "node:path";
import { messageOf } from "@sam2js/core";
import {
  type AnnotatedImage,
  type AnnotatedObject,
  ImageNames,
  type Rle,
  rleArea,
  shapeMask,
} from "@sam2js/masks";
import { safeName, stemOf } from "@sam2js/media";

type Size = readonly [number, number];

/** An object whose outline is known. */
export interface LabelledObject {
  /** Its class; "" where the files have none. */
  readonly label: string;
  readonly name: string | undefined;
  readonly mask: Rle;
}

/** An image with all that the files say of it. */
export interface LabelledPicture {
  readonly fileName: string;
  /** What its own files are called, without ending; with the folders that it lies in, where these are known. */
  readonly stem: string;
  /** [height, width] in pixels. */
  readonly size: Size;
  readonly objects: readonly LabelledObject[];
}

/** What is not in the new data set, and why. */
export interface Skipped {
  /** Objects of which only a box is known. */
  boxes: number;
  /** Objects without a pixel. */
  empty: number;
  /** Images that are not in the folder of images, or of which several there may be meant. */
  readonly unknown: string[];
  /** Images whose size no file tells. */
  readonly sizeless: string[];
  /** What could not be read, by file. */
  readonly problems: { readonly path: string; readonly text: string }[];
}

/** The folder of the images, where it is given. */
export interface ImageFolder {
  readonly folder: string;
  /** With the folder before them. */
  readonly paths: readonly string[];
  /** [height, width] in pixels, upright. @throws {Sam2Error} it is no picture */
  sizeOf(path: string): Promise<Size>;
}

/** Puts together what several files say of one image, as masks of its size. */
export async function labelledPictures(
  images: readonly AnnotatedImage[],
  folder: ImageFolder | undefined,
): Promise<{ readonly pictures: readonly LabelledPicture[]; readonly skipped: Skipped }> {
  const skipped: Skipped = { boxes: 0, empty: 0, unknown: [], sizeless: [], problems: [] };
  const pictures = new Map<string, LabelledPicture>();
  const placeOf = folder ? await placesIn(folder) : placeByName;
  for (const image of images) {
    const place = placeOf(image);
    if (!place) {
      skipped.unknown.push(image.fileName);
      continue;
    }
    try {
      const { fileName, stem } = place;
      const known = pictures.get(fileName);
      const size = known?.size ?? (await place.size()) ?? image.size;
      if (!size) {
        skipped.sizeless.push(image.fileName);
        continue;
      }
      const wrong = wrongSize(image, size);
      if (wrong) {
        skipped.problems.push({ path: image.fileName, text: wrong });
        continue;
      }
      const objects = image.objects.flatMap((object) =>
        maskOf(object, place.objectName, size, image.fileName, skipped),
      );
      pictures.set(fileName, { fileName, stem, size, objects: [...(known?.objects ?? []), ...objects] });
    } catch (error) {
      skipped.problems.push({ path: image.fileName, text: messageOf(error) });
    }
  }
  return { pictures: [...pictures.values()], skipped };
}

interface Place {
  readonly fileName: string;
  readonly stem: string;
  readonly objectName?: string | undefined;
  /** Undefined where the annotations tell it. */
  size(): Promise<Size | undefined>;
}

type PlaceOf = (image: AnnotatedImage) => Place | undefined;

async function placesIn({ folder, paths, sizeOf }: ImageFolder): Promise<PlaceOf> {
  const names = paths.map((path) => relative(folder, path).replaceAll(sep, "/"));
  const known = new ImageNames(names.map((name) => [name]));
  return (image) => {
    const found = known.find(image);
    const [fileName, path] = [names[found?.index ?? -1], paths[found?.index ?? -1]];
    if (!fileName || !path) return undefined;
    const stem = fileName.replace(/\.[^./]+$/, "");
    return { fileName, stem, objectName: found?.objectName, size: () => sizeOf(path) };
  };
}

/** Without the images their names are those that the files have. */
function placeByName({ fileName }: AnnotatedImage): Place {
  return { fileName, stem: safeName(stemOf(fileName)), size: async () => undefined };
}

/** Run lengths and outlines in pixels are of one size alone. */
function wrongSize({ size, objects }: AnnotatedImage, [height, width]: Size): string | undefined {
  const isInPixels = objects.some(({ shape }) => shape.kind === "rle" || !shape.isShare);
  if (!isInPixels || !size || (size[0] === height && size[1] === width)) return undefined;
  return `expected an image of ${width} x ${height} pixels, as its file is, got annotations of ${size[1]} x ${size[0]}`;
}

function maskOf(
  { label, name, shape }: AnnotatedObject,
  objectName: string | undefined,
  size: Size,
  path: string,
  skipped: Skipped,
): LabelledObject[] {
  try {
    const mask = shapeMask(shape, size);
    if (!mask) skipped.boxes += 1;
    else if (rleArea(mask) === 0) skipped.empty += 1;
    else return [{ label, name: name ?? objectName, mask }];
  } catch (error) {
    skipped.problems.push({ path, text: messageOf(error) });
  }
  return [];
}
