import { elementCount, type ModelFile } from "@sam2js/core";
import type { TensorRecord } from "../checkpoint.js";
import { standInFor } from "../files/stand-in.js";
import { MAX_GATHERED_BYTES, MAX_PICKLE_BYTES, MAX_TENSORS } from "../limits.js";
import { bitCount, DTYPE_BITS } from "../safetensors/dtype.js";
import { gather, spanBytes } from "./gather.js";
import { PickleDict, PickledTensor, type PickleValue } from "./pickle-values.js";
import { refuseFile, refuseProgram } from "./refuse-file.js";
import { unpickle } from "./unpickle.js";
import { readZipDirectory, type ZipMember } from "./zip-directory.js";

/** Where writers put the weights beside other things (epochs, the state of an optimizer). */
const STATE_KEYS = ["model", "state_dict"];
const ZIP = "PK\u0003\u0004";
const DATA_PICKLE = /^([^/]+)\/data\.pkl$/;
const NO_SAM2 = "this is no checkpoint of SAM 2";
/** The longest name in SAM 2 has 80 characters. */
const MAX_NAME_LENGTH = 1024;
const SAVE_AGAIN =
  'open it in Python and save it again: torch.save(torch.load("in.pt", map_location="cpu", weights_only=True), "out.pt")';

/**
 * Reads where the tensors of a `.pt` or `.pth` file lie, as `torch.save` writes it since PyTorch 1.6: a zip file with a pickle that
 * says what the tensors are called and one member for the bytes of each. Of the bytes only those of views in another order than their axes are read:
 * they are copied.
 *
 * @param where  what messages call the file
 * @returns      tensors by the names of the file; see {@link findItems}
 * @throws {CheckpointError} no such file, damaged, with other objects than tensors, or with views of more than 48 MiB in all that would have to be copied
 */
export async function readState(
  file: ModelFile,
  where: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, TensorRecord>> {
  await checkStart(file, where, signal);
  const members = await readZipDirectory(file, where, signal);
  const pickles = [...members.keys()].filter((name) => DATA_PICKLE.test(name));
  const [pickle] = pickles.map((name) => members.get(name) as ZipMember);
  if (!pickle || pickles.length > 1)
    return refuseFile(where, "one data.pkl, as torch.save writes", String(pickles.length), SAVE_AGAIN);
  const folder = pickle.name.slice(0, pickle.name.indexOf("/"));
  if (members.has(`${folder}/constants.pkl`)) refuseProgram(where);
  if (pickle.sizeBytes > MAX_PICKLE_BYTES)
    refuseFile(where, `a data.pkl of at most ${MAX_PICKLE_BYTES} bytes`, String(pickle.sizeBytes), NO_SAM2);
  await checkByteOrder(file, members.get(`${folder}/byteorder`), where, signal);
  const { byteOffset, sizeBytes } = pickle;
  const root = unpickle(await file.read(byteOffset, byteOffset + sizeBytes, signal), `${where}: data.pkl`);
  const tensors = new Map<string, TensorRecord>();
  let gatheredBytes = 0;
  for (const [name, tensor] of findState(root, where)) {
    const what = `${where}: tensor ${JSON.stringify(name.slice(0, 200))}`;
    const record = toRecord(name, tensor, file, members.get(`${folder}/data/${tensor.storage.key}`), what);
    if (isContiguous(tensor.dims, tensor.strides)) {
      tensors.set(name, record);
      continue;
    }
    const view = { ...record, elementBytes: DTYPE_BITS[record.dtype] / 8, strides: tensor.strides };
    gatheredBytes += record.byteLength;
    if (Math.max(gatheredBytes, spanBytes(view)) > MAX_GATHERED_BYTES)
      refuseFile(
        what,
        `elements in the order of its axes, or at most ${MAX_GATHERED_BYTES} bytes of other tensors`,
        `strides [${tensor.strides.join(", ")}] for [${tensor.dims.join(", ")}]`,
        "save copies: {name: tensor.contiguous() for name, tensor in state.items()}",
      );
    tensors.set(name, { ...record, file: await gather(view, signal), byteOffset: 0 });
  }
  return tensors;
}

async function checkStart(file: ModelFile, where: string, signal?: AbortSignal): Promise<void> {
  const prefix = await file.read(0, Math.min(8, file.sizeBytes), signal);
  const start = String.fromCharCode(...prefix.subarray(0, ZIP.length));
  if (start === ZIP) return;
  const got = start.startsWith("\u0080") ? "a pickle of an older form" : "another file";
  refuseFile(
    where,
    "a zip file, as torch.save writes since PyTorch 1.6",
    got,
    standInFor(prefix) ?? SAVE_AGAIN,
  );
}

async function checkByteOrder(
  file: ModelFile,
  member: ZipMember | undefined,
  where: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!member) return;
  const end = member.byteOffset + Math.min(member.sizeBytes, 16);
  const order = new TextDecoder().decode(await file.read(member.byteOffset, end, signal));
  if (order !== "little")
    refuseFile(where, "byte order little", JSON.stringify(order), `on such a machine, ${SAVE_AGAIN}`);
}

/**
 * The items among which the weights are: those under "model" or "state_dict"; else of the one dict in the file that holds more
 * tensors than the file itself, whatever it is called ("model_state_dict", "net", …); else of the file.
 */
function findItems(root: PickleDict): PickleDict["items"] {
  const named = STATE_KEYS.map((key) => root.get(key)).find((value) => countTensors(value) > 0);
  if (named instanceof PickleDict) return named.items;
  const dicts = new Set(root.items.map(([, value]) => value).filter((value) => countTensors(value) > 0));
  const [only] = dicts.size === 1 ? dicts : [];
  return only instanceof PickleDict && countTensors(only) > countTensors(root) ? only.items : root.items;
}

function countTensors(value: PickleValue | undefined): number {
  if (!(value instanceof PickleDict)) return 0;
  return value.items.filter(([, each]) => each instanceof PickledTensor).length;
}

function findState(root: PickleValue, where: string): ReadonlyMap<string, PickledTensor> {
  if (!(root instanceof PickleDict))
    return refuseFile(where, "a dict of tensors", "another object", SAVE_AGAIN);
  const items = findItems(root);
  if (items.length > MAX_TENSORS)
    refuseFile(where, `at most ${MAX_TENSORS} tensors`, String(items.length), NO_SAM2);
  const state = new Map<string, PickledTensor>();
  for (const [name, value] of items) {
    if (typeof name !== "string" || !(value instanceof PickledTensor)) continue;
    if (name.length > MAX_NAME_LENGTH)
      refuseFile(where, `names of at most ${MAX_NAME_LENGTH} characters`, String(name.length), NO_SAM2);
    state.set(name, value);
  }
  if (state.size > 0) return state;
  const keys = items.slice(0, 8).map(([name]) => (typeof name === "string" ? name.slice(0, 40) : "…"));
  return refuseFile(
    where,
    'tensors under "model"',
    `none among ${keys.join(", ") || "nothing"}`,
    'save the weights: torch.save({"model": model.state_dict()}, "weights.pt")',
  );
}

function toRecord(
  name: string,
  tensor: PickledTensor,
  file: ModelFile,
  member: ZipMember | undefined,
  what: string,
): TensorRecord {
  const { storage, dims, strides, offset } = tensor;
  const { dtype, elements } = storage;
  const size = DTYPE_BITS[dtype] / 8;
  if (!member)
    return refuseFile(
      what,
      `a member data/${storage.key.slice(0, 40)}`,
      "none",
      "the file is damaged; get it again",
    );
  if (member.sizeBytes !== elements * size)
    return refuseFile(
      what,
      `${elements * size} bytes for ${elements} elements of ${dtype}`,
      String(member.sizeBytes),
      "the file is damaged; get it again",
    );
  const bits = bitCount(dims, DTYPE_BITS[dtype]);
  const length = isContiguous(dims, strides)
    ? (bits ?? 0) / 8
    : spanBytes({ elementBytes: size, dims, strides });
  if (bits === undefined || offset * size + length > member.sizeBytes)
    return refuseFile(
      what,
      `[${dims.join(", ")}] from element ${offset} within ${elements} elements`,
      "more",
      "the file is damaged; get it again",
    );
  return {
    name,
    dtype,
    dims,
    file,
    byteOffset: member.byteOffset + offset * size,
    byteLength: elementCount(dims) * size,
  };
}

/** Whether elements follow each other row by row; the strides of axes of size 1 say nothing. */
function isContiguous(dims: readonly number[], strides: readonly number[]): boolean {
  if (dims.includes(0)) return true;
  let expected = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= dims[axis] as number;
  }
  return true;
}
