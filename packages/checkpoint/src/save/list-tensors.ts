import { checkIterable, checkList, checkMembers } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";

const EXPECTED = "tensors of a checkpoint: checkpoint.tensors.values()";

/** Tensors in the order in which they are written, each quantized one before its scales. @throws {InputError} one of them is none */
export function listTensors(tensors: Iterable<TensorRecord>): readonly TensorRecord[] {
  checkIterable(tensors, "tensors", EXPECTED);
  return checkTensors([...tensors]).flatMap((tensor) => (tensor.scale ? [tensor, tensor.scale] : [tensor]));
}

/** @throws {InputError} it is no list, or one of its entries is no tensor of a checkpoint */
export function checkTensors(tensors: unknown): readonly TensorRecord[] {
  checkList(tensors, "tensors", EXPECTED);
  const all = tensors as readonly TensorRecord[];
  for (const [index, tensor] of all.entries()) {
    checkMembers(tensor, `tensors[${index}]`, EXPECTED, "name", "dtype", "dims", "file");
  }
  return all;
}
