import { InputError } from "@sam2js/core";
import type { BatchCategory } from "../entries/batch-category.js";
import { readLines } from "../entries/read-lines.js";
import { CategoryTable } from "../outputs/categories.js";
import { COCO_FORM } from "../outputs/coco-lines.js";
import type { BatchPlan } from "../plan/batch-plan.js";
import { cocoName } from "../shard/shard-files.js";
import type { BatchStore } from "../store/batch-store.js";

/** What comes from the disk in one piece. */
const PIECE_LENGTH = 1 << 18;

/**
 * One COCO file out of those of shards: annotations are numbered from 1 over all of them, categories of one name become one. The shards are read three
 * times (categories, images, annotations), line by line.
 */
export async function* joinCoco(
  store: BatchStore,
  plan: BatchPlan,
  shards: readonly number[],
): AsyncGenerator<Uint8Array> {
  const categories = new CategoryTable(plan.categories);
  const ids = new Map<number, Map<number, number>>();
  for (const shard of shards) {
    const own = await categoriesOf(store, shard);
    ids.set(shard, new Map(own.map(({ id, name }) => [id, categories.idOf(name)])));
  }
  yield Buffer.from(`${COCO_FORM.head(categories)}${COCO_FORM.images}\n`);
  yield* inPieces(list(store, shards, "images", (line) => line));
  yield Buffer.from(`${COCO_FORM.endOfImages}\n${COCO_FORM.annotations}\n`);
  let count = 0;
  const renumber = (line: string, shard: number) =>
    line.replace(/^\{"id":\d+,("image_id":\d+),"category_id":(\d+)/, (_, image, category) => {
      count += 1;
      return `{"id":${count},${image},"category_id":${ids.get(shard)?.get(Number(category))}`;
    });
  yield* inPieces(list(store, shards, "annotations", renumber));
  yield Buffer.from(`${COCO_FORM.end}\n`);
}

async function categoriesOf(store: BatchStore, shard: number): Promise<BatchCategory[]> {
  const name = cocoName(shard);
  for await (const line of readLines(store.read(name), name)) {
    return JSON.parse(`${line.slice(0, -1)}}`).categories;
  }
  throw InputError.expected(
    `${store.where}/${name}`,
    "a COCO file of a shard",
    "an empty one",
    "do it again",
  );
}

/** The lines of one list of all shards, with commas between them. */
async function* list(
  store: BatchStore,
  shards: readonly number[],
  part: "images" | "annotations",
  change: (line: string, shard: number) => string,
): AsyncGenerator<string> {
  const end = part === "images" ? COCO_FORM.endOfImages : COCO_FORM.end;
  let before = "";
  for (const shard of shards) {
    const name = cocoName(shard);
    let isInside = false;
    for await (const line of readLines(store.read(name), name)) {
      if (line === end) break;
      if (isInside) {
        if (before) yield `${before},\n`;
        before = change(line.endsWith(",") ? line.slice(0, -1) : line, shard);
      }
      if (line === COCO_FORM[part]) isInside = true;
    }
  }
  if (before) yield `${before}\n`;
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let text = "";
  for await (const line of lines) {
    text += line;
    if (text.length < PIECE_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}
