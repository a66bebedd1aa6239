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

/** Finds images by the names that files of annotations have for them. Folders (of Windows, too), capitals and, where need be, endings do not count. */
export class ImageNames {
  readonly #names = new Map<string, number>();
  readonly #stems = new Map<string, number>();

  /** @param known  for each image the names that it may have. Where two have the same, the one counts that has it earlier in its list */
  constructor(known: readonly (readonly string[])[]) {
    const most = Math.max(0, ...known.map(({ length }) => length));
    for (let level = 0; level < most; level += 1) {
      for (const [index, names] of known.entries()) {
        const name = plain(names[level] ?? "");
        if (!name) continue;
        if (!this.#names.has(name)) this.#names.set(name, index);
        if (!this.#stems.has(stem(name))) this.#stems.set(stem(name), index);
      }
    }
  }

  /** @returns undefined where no image has such a name */
  find({ fileName, isMask = false }: AnnotatedImage): FoundImage | undefined {
    const name = plain(fileName);
    for (const each of [name, name.replace(UPLOAD, "")]) {
      // The ending of a mask is its own.
      const index = (isMask ? undefined : this.#names.get(each)) ?? this.#stems.get(stem(each));
      if (index !== undefined) return { index };
    }
    return isMask ? this.#findMask(fileName, stem(name)) : undefined;
  }

  /** Masks are called after their image and their object, or lie in a folder that is called after the image. */
  #findMask(fileName: string, name: string): FoundImage | undefined {
    for (let end = name.length - 1; end > 0; end -= 1) {
      if (!/[-_. ]/.test(name[end]!)) continue;
      const index = this.#stems.get(name.slice(0, end));
      if (index !== undefined) return { index, ...objectNamed(name.slice(end + 1)) };
    }
    const folder = plain(fileName.split("/").at(-2) ?? "");
    const index = this.#stems.get(folder);
    return index === undefined ? undefined : { index, ...objectNamed(name) };
  }
}

function objectNamed(rest: string): { objectName?: string } {
  const name = rest.replace(/[-_ ]?masks?$/, "");
  return PLAIN_REST.test(name) ? {} : { objectName: name.replace(/[-_]+/g, " ") };
}

function plain(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name.normalize("NFC").toLowerCase().replace(/\s+/g, "_");
}

function stem(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
