import { stem } from "../apart-names.js";
import type { Item, ItemsRequest, LabelledPhoto, Part } from "./part.js";

interface NamedItem {
  readonly photo: LabelledPhoto["photo"];
  readonly item: Item;
  /** Of its file, without an ending: no other has it. */
  readonly name: string;
}

/** A file for each object: named by photo and object. */
export async function eachItem(
  { photos }: ItemsRequest,
  write: (named: NamedItem) => Promise<Part>,
): Promise<Part[]> {
  const names = new Set<string>();
  return inTurn(photos, ({ photo, items }) =>
    inTurn(items, async (item) => {
      const plain = `${stem(photo.name)}-${slug(item.name)}`;
      let name = plain;
      for (let i = 2; names.has(name); i++) name = `${plain}-${i}`;
      names.add(name);
      return [await write({ photo, item, name })];
    }),
  );
}

/** One after the other: each may take the memory of a picture. */
export async function inTurn<T>(
  all: readonly T[],
  make: (each: T) => Promise<readonly Part[]>,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const each of all) parts.push(...(await make(each)));
  return parts;
}

function slug(name: string): string {
  const plain = name.trim().toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "object";
}
