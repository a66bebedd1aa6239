import type { TensorRecord } from "../checkpoint.js";
import { refuseFile } from "./refuse-file.js";

/** Keys before values in one matrix of EdgeTAM's own code, two matrices in the reference. */
const KEYS_AND_VALUES = /\.to_kv\.weight$/;

/**
 * Makes two tensors of each matrix for keys and values: its halves along the first axis, where they lie.
 *
 * @param where  what messages call the file
 * @throws {CheckpointError} a matrix has an odd number of rows
 */
export function splitKeysAndValues(
  tensors: ReadonlyMap<string, TensorRecord>,
  where: string,
): ReadonlyMap<string, TensorRecord> {
  const parts = [...tensors.values()].flatMap((record) =>
    KEYS_AND_VALUES.test(record.name) ? halves(record, where) : [record],
  );
  return new Map(parts.map((record) => [record.name, record]));
}

function halves(record: TensorRecord, where: string): readonly TensorRecord[] {
  const { name, dims, byteOffset, byteLength } = record;
  const [rows = 0, ...columns] = dims;
  if (rows % 2 !== 0)
    refuseFile(`${where}: tensor ${name}`, "as many keys as values", `${rows} rows`, "get the file again");
  return ["k_proj", "v_proj"].map((part, i) => ({
    ...record,
    name: name.replace(KEYS_AND_VALUES, `.${part}.weight`),
    dims: [rows / 2, ...columns],
    byteOffset: byteOffset + (i * byteLength) / 2,
    byteLength: byteLength / 2,
  }));
}
