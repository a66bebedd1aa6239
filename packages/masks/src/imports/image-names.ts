import { checkList, checkTexts } from "@sam2js/core";
import type { AnnotatedImage } from "./annotated-image.js";

/** Label Studio puts this before the names of uploads, the second form in its exports. */
const UPLOAD = /^[0-9a-f]{8}(-|__)/;
/** What a mask's name has behind the image's when it says nothing of the object. */
const PLAIN_REST =
  /^(ids|classes|colou?rs|masks?|labels?|labelids|seg|segmentation|instances?|object)?([-_ ]?\d+)?$/i;

/** An image that a name was found to mean. */
export interface FoundImage {
  /** Its place in the list. */
  readonly index: number;
  /** Of a mask that is called after one object, what stands behind the image's name. */
  readonly objectName?: string;
}

/** An image under one of its names. */
interface KnownName {
  readonly index: number;
  /** Place of the name in the image's list. */
  readonly level: number;
  /** As it was given, without folders. */
  readonly name: string;
  /** The folders that it lies in, as they are compared. */
  readonly folders: readonly string[];
}

/**
 * Finds images by the names that files of annotations have for them. Capitals and, where need be, endings do not count, and folders (of Windows, too) only
 * where they tell images of one name apart.
 */
export class ImageNames {
  readonly #names = new Map<string, KnownName[]>();
  readonly #stems = new Map<string, KnownName[]>();

  /** @param known  for each image the names that it may have. Where two have the same, the one counts that has it earlier in its list */
  constructor(known: readonly (readonly string[])[]) {
    checkList(known, "known", "for each image a list of its names");
    for (const [index, names] of known.entries()) {
      checkTexts(names, `known[${index}]`, "a list of names");
      for (const [level, path] of names.entries()) {
        const name = plain(path);
        if (!name) continue;
        const each = { index, level, name: lastOf(path), folders: foldersOf(path) };
        add(this.#names, name, each);
        add(this.#stems, stem(name), each);
      }
    }
  }

  /** @returns undefined where no image has such a name, or several have it that nothing tells apart */
  find({ fileName, isMask = false }: AnnotatedImage): FoundImage | undefined {
    const name = plain(fileName);
    for (const each of [name, name.replace(UPLOAD, "")]) {
      // The ending of a mask is its own.
      const found = (isMask ? undefined : this.#names.get(each)) ?? this.#stems.get(stem(each));
      if (found) return toImage(found, fileName);
    }
    return isMask ? this.#findMask(fileName, stem(name)) : undefined;
  }

  /** Masks are called after their image and their object, or lie in a folder that is called after the image. */
  #findMask(fileName: string, name: string): FoundImage | undefined {
    for (let end = name.length - 1; end > 0; end -= 1) {
      if (!/[-_. ]/.test(name[end]!)) continue;
      const found = this.#stems.get(name.slice(0, end));
      if (found) return toImage(found, fileName, objectNamed(name.slice(end + 1)));
    }
    const folder = fileName.split(SEPARATOR).slice(0, -1).join("/");
    const found = this.#stems.get(plain(folder));
    return found && toImage(found, folder, objectNamed(name));
  }
}

const SEPARATOR = /[/\\]/;

function add(map: Map<string, KnownName[]>, key: string, name: KnownName): void {
  const known = map.get(key);
  if (known) known.push(name);
  else map.set(key, [name]);
}

/** The image whose folders, or else whose capitals, are those of the name that is looked for. */
function toImage(
  found: readonly KnownName[],
  path: string,
  object: { readonly objectName?: string } = {},
): FoundImage | undefined {
  const folders = foldersOf(path);
  const own = lastOf(path);
  const ranked = found
    .map(({ index, level, name, folders: known }) => {
      const shared = sharedEnd(folders, known);
      const begin = stem(name);
      const isSame = own.startsWith(begin) && /^([-_. ]|$)/.test(own.slice(begin.length));
      return { index, rank: [-shared, known.length - shared, level, isSame ? 0 : 1, name === own ? 0 : 1] };
    })
    .sort((a, b) => compareRanks(a.rank, b.rank));
  const [best, ...others] = ranked;
  if (!best) return undefined;
  const isDoubtful = others.some(
    ({ index, rank }) => index !== best.index && compareRanks(best.rank, rank) === 0,
  );
  return isDoubtful ? undefined : { index: best.index, ...object };
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** How many folders two paths end with alike. */
function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared += 1;
  return shared;
}

function objectNamed(rest: string): { objectName?: string } {
  const name = rest.replace(/[-_ ]?masks?$/, "");
  return PLAIN_REST.test(name) ? {} : { objectName: name.replace(/[-_]+/g, " ") };
}

function plain(path: string): string {
  return comparable(lastOf(path));
}

function comparable(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/\s+/g, "_");
}

function lastOf(path: string): string {
  return path.split(SEPARATOR).at(-1) ?? "";
}

function foldersOf(path: string): string[] {
  return path
    .split(SEPARATOR)
    .slice(0, -1)
    .filter((folder) => folder !== "" && folder !== ".")
    .map(comparable);
}

function stem(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
