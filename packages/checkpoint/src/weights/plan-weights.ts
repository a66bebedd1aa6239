import { BYTES_PER_ELEMENT, type Dtype, elementCount, type WeightEntry, type WeightFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";

/** What engines need of an offset into a weight file. */
const IN_PLACE_ALIGNMENT = 4;
/** Where converted tensors begin: a cache line, so that vector loads are aligned. */
const CONVERTED_ALIGNMENT = 64;

/** A tensor that has to be written in another type, or at another offset, into the file of converted tensors. */
export interface Conversion {
  readonly record: TensorRecord;
  readonly type: FloatType;
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

/** Which tensors are wanted in another type than float32. */
export interface WeightForm {
  readonly dtype: Dtype;
  /** The tensors, by name, that `dtype` is meant for. */
  appliesTo(name: string): boolean;
}

/** Decides which tensors stay in their files and where the others go. */
export function planWeights(resolved: ReadonlyMap<string, TensorRecord>, form: WeightForm): WeightPlan {
  const wanted = [...resolved].map(([name, record]): Wanted => {
    const isMeant = form.appliesTo(name);
    return {
      name,
      record,
      type: isMeant && form.dtype === "fp16" ? "float16" : "float32",
      isQuantized: isMeant && form.dtype === "q8" && record.dims.length === 2,
    };
  });
  const places = placeFiles(wanted);
  const convertedLocation = freeName("converted-weights", new Set(places.keys()));
  const entries = new Map<string, WeightEntry>();
  const conversions = new Map<string, Conversion>();
  let end = 0;
  for (const { name, record, type, isQuantized } of wanted) {
    const place = places.get(record.file.location);
    const { dims } = record;
    const elements = elementCount(dims);
    const length = elements * BYTES_PER_ELEMENT[type];
    if (isQuantized) {
      entries.set(name, { name, type, dims, location: "", byteOffset: 0, byteLength: length, isQuantized });
      continue;
    }
    if (isInPlace(record, type) && place?.source === record.file.source) {
      const { byteOffset, byteLength } = record;
      entries.set(name, { name, type, dims, location: place.location, byteOffset, byteLength });
      continue;
    }
    const key = `${type} ${record.name}`;
    let conversion = conversions.get(key);
    if (!conversion) {
      conversion = { record, type, byteOffset: end, elements };
      conversions.set(key, conversion);
      end += Math.ceil(length / CONVERTED_ALIGNMENT) * CONVERTED_ALIGNMENT;
    }
    const { byteOffset } = conversion;
    entries.set(name, { name, type, dims, location: convertedLocation, byteOffset, byteLength: length });
  }
  return {
    entries,
    files: [...places.values()],
    conversions: [...conversions.values()],
    convertedLocation,
    convertedBytes: end,
  };
}

/** Types that tensors are used in or converted to. */
type FloatType = "float32" | "float16";

interface Wanted {
  readonly name: string;
  readonly record: TensorRecord;
  readonly type: FloatType;
  readonly isQuantized: boolean;
}

const DTYPE_OF = { float32: "F32", float16: "F16" } as const;

function isInPlace({ dtype, byteOffset }: TensorRecord, type: FloatType): boolean {
  return dtype === DTYPE_OF[type] && byteOffset % IN_PLACE_ALIGNMENT === 0;
}

/**
 * One file per location. Engines know files by their last name only, so of two files that share it (shards in two folders) only
 * the first can be used in place.
 */
function placeFiles(wanted: Iterable<Wanted>): Map<string, WeightFile> {
  const places = new Map<string, WeightFile>();
  for (const { record, type, isQuantized } of wanted) {
    if (isQuantized || !isInPlace(record, type) || places.has(record.file.location)) continue;
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
