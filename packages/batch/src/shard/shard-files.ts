import { Mask, toLabelMapPngs } from "@sam2js/masks";
import { baseName } from "@sam2js/media";
import type { FileContent } from "@sam2js/runtime-node";
import type { BatchEntry } from "../entries/batch-entry.js";
import { CategoryTable } from "../outputs/categories.js";
import { cocoAnnotations, cocoImage, cocoText } from "../outputs/coco-lines.js";
import { type TarMember, tarContent } from "../outputs/tar-content.js";
import { type BatchFormat, type BatchPlan, shardName } from "../plan/batch-plan.js";
import type { BatchEngine, EntryPlace } from "../work/batch-engine.js";
import type { BatchRecord } from "../work/batch-record.js";
import { recordsName, type ShardRecords } from "./shard-records.js";

/** A shard whose entries are all done. */
export interface FinishedShard {
  readonly plan: BatchPlan;
  readonly shard: number;
  readonly entries: readonly BatchEntry[];
  readonly places: readonly EntryPlace[];
  readonly records: ShardRecords;
  readonly engine: BatchEngine;
  readonly signal: AbortSignal;
}

/** A file on its way to the store. */
export interface ShardFile {
  readonly name: string;
  readonly content: FileContent;
  /** Whether it is of the whole shard; others are of one picture. */
  readonly isWhole: boolean;
}

/** Where a shard's COCO file lies. */
export function cocoName(shard: number): string {
  return `shards/${shardName(shard)}.coco.json`;
}

/** The files of a shard, one at a time, in the formats of the plan. */
export async function* shardFiles(finished: FinishedShard): AsyncGenerator<ShardFile> {
  const { plan, shard, records } = finished;
  const formats: readonly BatchFormat[] = plan.formats;
  if (formats.includes("png")) yield* labelMaps(finished);
  if (formats.includes("coco")) {
    const content = cocoText(records.records(), plan.categories);
    yield { name: cocoName(shard), content, isWhole: true };
  }
  if (formats.includes("tar")) {
    const name = `shards/${shardName(shard)}.tar`;
    yield { name, content: tarContent(tarMembers(finished)), isWhole: true };
  }
  yield { name: recordsName(shard), content: linesOf(records), isWhole: true };
}

function* linesOf(records: ShardRecords): Generator<Uint8Array> {
  for (const line of records.lines()) yield Buffer.from(`${line}\n`);
}

/** `labels/00012/photo.png`, and `photo.2.png` for the masks from the 256th on. */
async function* labelMaps({ places, records, engine }: FinishedShard): AsyncGenerator<ShardFile> {
  for (const [record, { folder, stem }] of donePictures(records, places)) {
    const { width, height, masks = [] } = record;
    const maps = toLabelMapPngs(masks.map(Mask.fromJSON), [height, width]);
    for (const [at, map] of maps.entries()) {
      const name = `labels/${folder}/${stem}${at === 0 ? "" : `.${at + 1}`}.png`;
      yield { name, content: await engine.encodePng(map), isWhole: false };
    }
  }
}

/** As WebDataset groups them: `photo.jpg` and, in the form of SA-1B, `photo.json`. */
async function* tarMembers(finished: FinishedShard): AsyncGenerator<TarMember> {
  const { plan, entries, places, records, engine, signal } = finished;
  for (const [record, { index, stem }] of donePictures(records, places)) {
    const entry = entries[index - places[0]!.index]!;
    const ending = /\.[a-z0-9]{1,5}$/i.exec(baseName(entry.name))?.[0].toLowerCase() ?? ".img";
    yield { name: stem + ending, content: await engine.readBytes(entry, signal) };
    const categories = new CategoryTable(plan.categories);
    const annotations = cocoAnnotations(record, categories, 1);
    const names = JSON.stringify(categories);
    const text = `{"image":${cocoImage(record)},"annotations":[${annotations}],"categories":${names}}\n`;
    yield { name: `${stem}.json`, content: Buffer.from(text) };
  }
}

type DonePicture = BatchRecord & { readonly width: number; readonly height: number };

function* donePictures(
  records: ShardRecords,
  places: readonly EntryPlace[],
): Generator<[DonePicture, EntryPlace]> {
  let at = 0;
  for (const record of records.records()) {
    const place = places[at++]!;
    if (record.masks) yield [record as DonePicture, place];
  }
}
