import { checkList, checkMembers, checkText, InputError } from "@sam2js/core";

/** A box of a YOLO label file, for a picture whose size is not known yet. */
export interface YoloObject {
  /** Its line in the file, from 1. */
  readonly id: string;
  /** x and y of the middle, width and height, as shares of the picture's. */
  readonly yolo: readonly [number, number, number, number];
  /** The name of its class, or its number where there is none. */
  readonly category: string;
}

/**
 * The boxes of a YOLO label file: `class x y width height`, and perhaps a confidence, a line.
 *
 * @param names  of the classes
 * @param where  the file, for messages
 * @throws {InputError} a line is none
 */
export function yoloBoxes(text: string, names: readonly string[], where: string): YoloObject[] {
  checkText(text, "text", "the text of a file (a string)");
  checkList(names, "names", "a list of names");
  return text.split("\n").flatMap((line, at) => {
    const words = line.trim().split(/\s+/);
    if (words[0] === "") return [];
    const [kind = -1, x = 0, y = 0, width = 0, height = 0] = words.map(Number);
    const isBox = words.length === 5 || words.length === 6;
    if (!isBox || !words.every((word) => Number.isFinite(Number(word))) || !(width > 0 && height > 0)) {
      const got = line.length > 60 ? `${line.slice(0, 60)}…` : line;
      throw InputError.expected(`${where}:${at + 1}`, "class x y width height", `"${got.trim()}"`);
    }
    return [{ id: String(at + 1), yolo: [x, y, width, height], category: names[kind] ?? String(kind) }];
  });
}

/** [x0, y0, x1, y1] in pixels of a picture. */
export function yoloToBox(
  box: YoloObject["yolo"],
  picture: { readonly width: number; readonly height: number },
): [number, number, number, number] {
  checkList(box, "box", "[x, y, width, height] as shares of the picture");
  checkMembers(picture, "picture", "an object with width and height", "width", "height");
  const [x, y, boxWidth, boxHeight] = box;
  const { width, height } = picture;
  const [halfWidth, halfHeight] = [boxWidth / 2, boxHeight / 2];
  return [
    (x - halfWidth) * width,
    (y - halfHeight) * height,
    (x + halfWidth) * width,
    (y + halfHeight) * height,
  ];
}
