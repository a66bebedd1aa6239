import { uniqueNames } from "@sam2js/media";

/** A file name without its ending. */
export function stem(name: string): string {
  return name.replace(/\.[^.]+$/, "") || "photo";
}

/** Names of photos as exports have them: those that repeat, or differ in their endings only, have a number. */
export function apartNames(names: readonly string[]): string[] {
  // YOLO's list of classes lies beside the photos' files.
  const [, ...stems] = uniqueNames(["classes", ...names.map(stem)]);
  return names.map((name, index) => `${stems[index]}${name.slice(stem(name).length)}`);
}
