import { elementCount, type WeightEntry, type WeightFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";

/** What engines need of an offset into a weight file. */
const IN_PLACE_ALIGNMENT = 4;
/** Where converted tensors begin: a cache line, so that vector loads are aligned. */
const CONVERTED_ALIGNMENT = 64;
const FLOAT32_BYTES = 4;

/** A tensor that has to be written as float32 into the file of converted tensors. */
export interface Conversion {
  readonly record: TensorRecord;
  readonly byteOffset: number;
  readonly elements: number;
}

/** Where each tensor will lie; nothing is read or allocated yet. */
export interface WeightPlan {
  readonly entries: ReadonlyMap<string, WeightEntry>;
  /** Files of the checkpoint that entries refer to in place. */
  readonly files: readonly WeightFile[];
  readonly conversions: readonly Conversion[];
  /** Name and size of the file of converted tensors; the size is 0 if there are none. */
  readonly convertedLocation: string;
  readonly convertedBytes: number;
}

/** Decides which tensors stay in their files and where the others go. */
export function planWeights(resolved: ReadonlyMap<string, TensorRecord>): WeightPlan {
  const places = placeFiles(resolved.values());
  const convertedLocation = freeName("converted-weights", new Set(places.keys()));
  const entries = new Map<string, WeightEntry>();
  const conversions = new Map<TensorRecord, Conversion>();
  let end = 0;
  for (const [name, record] of resolved) {
    const place = places.get(record.file.location);
    const elements = elementCount(record.dims);
    if (isInPlace(record) && place?.source === record.file.source) {
      const { dims, byteOffset, byteLength } = record;
      entries.set(name, { name, type: "float32", dims, location: place.location, byteOffset, byteLength });
      continue;
    }
    let conversion = conversions.get(record);
    if (!conversion) {
      conversion = { record, byteOffset: end, elements };
      conversions.set(record, conversion);
      end += Math.ceil((elements * FLOAT32_BYTES) / CONVERTED_ALIGNMENT) * CONVERTED_ALIGNMENT;
    }
    entries.set(name, {
      name,
      type: "float32",
      dims: record.dims,
      location: convertedLocation,
      byteOffset: conversion.byteOffset,
      byteLength: elements * FLOAT32_BYTES,
    });
  }
  return {
    entries,
    files: [...places.values()],
    conversions: [...conversions.values()],
    convertedLocation,
    convertedBytes: end,
  };
}

function isInPlace({ dtype, byteOffset }: TensorRecord): boolean {
  return dtype === "F32" && byteOffset % IN_PLACE_ALIGNMENT === 0;
}

/**
 * One file per location. Engines know files by their last name only, so of two files that share it (shards in two folders) only
 * the first can be used in place.
 */
function placeFiles(records: Iterable<TensorRecord>): Map<string, WeightFile> {
  const places = new Map<string, WeightFile>();
  for (const record of records) {
    if (!isInPlace(record) || places.has(record.file.location)) continue;
    const { location, source, sizeBytes } = record.file;
    places.set(location, { location, source, sizeBytes });
  }
  return places;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  return name;
}
