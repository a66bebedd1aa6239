import { isJsonObject } from "@sam2js/core";
import type { AnnotatedImage, AnnotatedObject, AnnotatedShape } from "./annotated-image.js";
import { field, isNumbers, listOf, type ReadAnnotations, textOf } from "./annotations.js";

/** Whether JSON has the lists of a COCO file, or is one of SA-1B, which has one image. */
export function isCoco(json: unknown): boolean {
  return (
    isJsonObject(json) &&
    Array.isArray(json.annotations) &&
    (Array.isArray(json.images) || isJsonObject(json.image))
  );
}

/**
 * Reads a COCO file: run lengths of both forms, polygons, and boxes where there is no more. Files of SA-1B, which have one image, too. Classes keep the
 * order of their ids. Ids that do not say what is meant are problems: of two images, or of a class that is not listed.
 *
 * @param json  as `JSON.parse` gives it
 */
export function readCoco(json: unknown): ReadAnnotations {
  const problems: string[] = [];
  const categories = listOf(json, "categories")
    .map((each) => ({
      id: textOf(field(each, "id")),
      name: textOf(field(each, "name")) || textOf(field(each, "supercategory")),
    }))
    .sort((a, b) => Number(a.id) - Number(b.id));
  const names = byId(categories, ({ name }) => name, "category", problems);
  const single = field(json, "image");
  const listed = (isJsonObject(single) ? [single] : listOf(json, "images")).map((image) => ({
    id: textOf(field(image, "id") ?? field(image, "image_id")),
    fileName: textOf(field(image, "file_name")) || textOf(field(image, "coco_url")), // LVIS has addresses alone
    image,
  }));
  const images = byId(listed, ({ fileName }) => fileName, "image", problems);
  const objects = new Map<string, AnnotatedObject[]>([...images.keys()].map((id) => [id, []]));
  for (const annotation of listOf(json, "annotations")) {
    const called = `annotation ${textOf(field(annotation, "id")) || "without an id"}`;
    const own = objects.get(isJsonObject(single) ? listed[0]!.id : textOf(field(annotation, "image_id")));
    const category = textOf(field(annotation, "category_id"));
    const label = names.get(category)?.name;
    const shape = shapeOf(annotation);
    if (!own) problems.push(`${called}: its image is not in the list`);
    else if (label === undefined && category && categories.length > 0) {
      problems.push(`${called}: its category ${category} is not in the list`);
    } else if (!shape) problems.push(`${called}: expected a segmentation or a box, got neither`);
    else {
      const name = textOf(field(field(annotation, "attributes"), "name"));
      own.push({ label: label ?? "", shape, ...(name && { name }) });
    }
  }
  return {
    classes: categories.map(({ name }) => name).filter(Boolean),
    images: [...images].map(([id, { image, fileName }]): AnnotatedImage => {
      const [height, width] = [Number(field(image, "height")), Number(field(image, "width"))];
      const size = height > 0 && width > 0 ? { size: [height, width] as const } : {};
      return { fileName, ...size, objects: objects.get(id) ?? [] };
    }),
    problems,
  };
}

/** Those whose id is their own; an id that two of different names have says nothing, and is a problem. */
function byId<T extends { readonly id: string }>(
  items: readonly T[],
  nameOf: (item: T) => string,
  what: string,
  problems: string[],
): Map<string, T> {
  const found = new Map<string, T>();
  const doubtful = new Set<string>();
  for (const item of items) {
    const known = found.get(item.id);
    if (!known) found.set(item.id, item);
    else if (nameOf(known) !== nameOf(item) && !doubtful.has(item.id)) {
      doubtful.add(item.id);
      problems.push(
        `${what} ${item.id || "without an id"}: expected one of this id, got "${nameOf(known)}" and "${nameOf(item)}"`,
      );
    }
  }
  for (const id of doubtful) found.delete(id);
  return found;
}

function shapeOf(annotation: unknown): AnnotatedShape | undefined {
  const segmentation = field(annotation, "segmentation");
  if (Array.isArray(segmentation)) {
    // Some writers leave out the list around a single ring.
    const given = isNumbers(segmentation) ? [segmentation] : segmentation;
    const rings = given.filter((ring) => isNumbers(ring) && ring.length >= 6) as number[][];
    if (rings.length > 0) return { kind: "rings", rings, isShare: false };
  } else if (isJsonObject(segmentation)) {
    const { size, counts } = segmentation;
    const isCounted = typeof counts === "string" || isNumbers(counts);
    if (isNumbers(size) && size.length === 2 && isCounted) {
      const rle = { size: [size[0] ?? 0, size[1] ?? 0] as const, counts };
      return {
        kind: "rle",
        rle: typeof counts === "string" ? { ...rle, counts } : { ...rle, counts: Uint32Array.from(counts) },
      };
    }
  }
  const box = field(annotation, "bbox");
  if (!isNumbers(box) || box.length !== 4) return undefined;
  const [x = 0, y = 0, width = 0, height = 0] = box;
  return { kind: "box", box: [x, y, x + width, y + height], isShare: false };
}
