import { isJsonObject } from "@sam2js/core";
import { fromLabelStudioRle } from "../formats/label-studio.js";
import type { AnnotatedImage, AnnotatedObject, AnnotatedShape } from "./annotated-image.js";
import { field, isNumbers, listOf, numberOf, type ReadAnnotations, textOf } from "./annotations.js";
import { labelStudioOutline } from "./label-studio-outline.js";

/** What people annotated, as versions before 1.0 call it too, and what models did. */
const RESULTS = ["annotations", "completions", "predictions"] as const;

/** Whether JSON is a list of Label Studio's tasks, in the form of its export "JSON". */
export function isLabelStudio(json: unknown): boolean {
  return (
    Array.isArray(json) &&
    json.every((task) => isJsonObject(field(task, "data"))) &&
    json.some((task) => RESULTS.some((name) => Array.isArray(field(task, name))))
  );
}

/**
 * Reads Label Studio's export "JSON": brushes and polygons as masks, ellipses and turned rectangles as outlines, upright rectangles as boxes. Of each
 * task the newest annotation counts; its newest prediction where nobody has annotated it.
 *
 * @param json  as `JSON.parse` gives it
 */
export function readLabelStudio(json: unknown): ReadAnnotations {
  const problems: string[] = [];
  const images = (json as readonly unknown[]).flatMap((task): AnnotatedImage[] => {
    const called = `task ${textOf(field(task, "id")) || "without an id"}`;
    const fileName = imageOf(task);
    if (!fileName) problems.push(`${called}: expected a picture among its data, got none`);
    const [now, before] = RESULTS;
    const all = [...listOf(task, before), ...listOf(task, now)];
    const given = all.filter((each) => field(each, "was_cancelled") !== true);
    const used = given.at(-1) ?? listOf(task, "predictions").at(-1);
    const results = listOf(used, "result");
    const labels = labelsOf(results);
    const objects: AnnotatedObject[] = [];
    let size: readonly [number, number] | undefined;
    for (const result of results) {
      if (!SHAPES.has(shapeType(result))) continue;
      const own = sizeOf(result);
      size ??= own;
      const read = own && shapeOf(result, own);
      if (read) objects.push({ label: labels.get(idOf(result)) ?? labelOf(result), shape: read });
      else
        problems.push(
          `${called}, region ${idOf(result)}: expected a brush, a polygon or a box, got a damaged one`,
        );
    }
    return fileName ? [{ fileName, ...(size && { size }), objects }] : [];
  });
  return { classes: [], images, problems };
}

/** The picture's name: that of the upload, else its name or the path of its address. */
function imageOf(task: unknown): string {
  const upload = textOf(field(task, "file_upload"));
  if (upload) return upload;
  const data = field(task, "data");
  const values = isJsonObject(data) ? [data.image, data.img, ...Object.values(data)] : [];
  const address = values
    .map(textOf)
    .find((value) => /\.(jpe?g|png|webp|avif|gif|bmp|tiff?|heic)\b/i.test(value));
  if (address === undefined || !/^([a-z][a-z0-9+.-]*:|\/)/i.test(address)) return address ?? "";
  // Files that are served from a folder of the machine have their path in the query.
  const path = /[?&]d=([^&]+)/.exec(address)?.[1] ?? address.replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function idOf(result: unknown): string {
  return textOf(field(result, "id"));
}

/** With `<Labels>` beside a shape a region has two entries of one id, of which one holds the label. */
function labelsOf(results: readonly unknown[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const result of results) if (labelOf(result)) labels.set(idOf(result), labelOf(result));
  return labels;
}

function labelOf(result: unknown): string {
  const value = field(result, "value");
  const [label] = [...listOf(value, textOf(field(result, "type"))), ...listOf(value, "labels")];
  return textOf(label);
}

function sizeOf(result: unknown): readonly [number, number] | undefined {
  const [height, width] = [numberOf(result, "original_height"), numberOf(result, "original_width")];
  return height > 0 && width > 0 ? [height, width] : undefined;
}

/** Other entries are choices, the labels of other entries, and so on. */
const SHAPES: ReadonlySet<string> = new Set(["brush", "polygon", "rectangle", "ellipse"]);

function shapeType(result: unknown): string {
  return textOf(field(result, "type")).replace(/labels$/, "");
}

function shapeOf(result: unknown, size: readonly [number, number]): AnnotatedShape | undefined {
  const value = field(result, "value");
  const type = shapeType(result);
  if (type === "brush") {
    const bytes = field(value, "rle");
    if (!isNumbers(bytes)) return undefined;
    try {
      return { kind: "rle", rle: fromLabelStudioRle(bytes, size) };
    } catch {
      return undefined;
    }
  }
  if (type === "polygon") {
    const points = listOf(value, "points");
    if (points.length < 3 || !points.every((point) => isNumbers(point) && point.length === 2))
      return undefined;
    return { kind: "rings", rings: [points.flat().map((percent) => Number(percent) / 100)], isShare: true };
  }
  return labelStudioOutline(type === "ellipse", value, size);
}
