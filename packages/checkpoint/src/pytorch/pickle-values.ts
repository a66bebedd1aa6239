import type { SafetensorsDtype } from "../safetensors/dtype.js";

/** What a pickle of tensors is made of. Lists and tuples are both arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | PickleDict
  | PickledGlobal
  | PickledStorage
  | PickledTensor;

/** A `dict` or `OrderedDict`: its items in the order in which they were set, later ones of the same key too. */
export class PickleDict {
  readonly items: (readonly [PickleValue, PickleValue])[] = [];

  /** The value that was set last for a key, or undefined. */
  get(key: string): PickleValue | undefined {
    return this.items.findLast(([each]) => each === key)?.[1];
  }
}

/** A name that the pickle refers to, one of the few that are known. Nothing is imported. */
export class PickledGlobal {
  readonly name: GlobalName;

  constructor(name: GlobalName) {
    this.name = name;
  }
}

/** Where the elements of tensors lie: a member of the file. */
export class PickledStorage {
  /** The last part of the member's name. */
  readonly key: string;
  readonly dtype: SafetensorsDtype;
  /** How many elements it says it has. */
  readonly elements: number;

  constructor(key: string, dtype: SafetensorsDtype, elements: number) {
    this.key = key;
    this.dtype = dtype;
    this.elements = elements;
  }
}

/** A view of a storage. */
export class PickledTensor {
  readonly storage: PickledStorage;
  /** Of its first element, in elements. */
  readonly offset: number;
  /** Sizes of the axes, outermost first. */
  readonly dims: readonly number[];
  /** From one index of an axis to the next, in elements. */
  readonly strides: readonly number[];

  constructor(storage: PickledStorage, offset: number, dims: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
  }
}

/** Classes of storages, with the element type of each. */
const STORAGES = {
  "torch.FloatStorage": "F32",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.DoubleStorage": "F64",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
} as const satisfies Record<string, SafetensorsDtype>;

/** Functions that tensors and the dicts around them are rebuilt with. */
const CALLABLES = [
  "collections.OrderedDict",
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
] as const;

/** All that a pickle may refer to. */
export type GlobalName = keyof typeof STORAGES | (typeof CALLABLES)[number];

/** A name of the list, or undefined for any other. */
export function findGlobal(name: string): GlobalName | undefined {
  return Object.hasOwn(STORAGES, name)
    ? (name as keyof typeof STORAGES)
    : CALLABLES.find((each) => each === name);
}

/** The element type of a class of storages, undefined for functions. */
export function dtypeOf(name: GlobalName): SafetensorsDtype | undefined {
  return Object.hasOwn(STORAGES, name) ? STORAGES[name as keyof typeof STORAGES] : undefined;
}
