import { MAX_PICKLE_DEPTH, MAX_PICKLE_STEPS, MAX_RANK } from "../limits.js";
import {
  dtypeOf,
  findGlobal,
  PickleDict,
  PickledGlobal,
  PickledStorage,
  PickledTensor,
  type PickleValue,
} from "./pickle-values.js";
import { refuseFile } from "./refuse-file.js";

const SAVE_AGAIN =
  'save the weights alone, in Python: torch.save({"model": model.state_dict()}, "weights.pt")';
const GET_AGAIN = "the file is damaged; get it again";

/** A seed of NumPy has 128 bits and a sign. */
const MAX_NUMBER_BYTES = 17;

/** Protocols since Python 3.0; `torch.save` writes 2. */
const PROTOCOLS = [2, 3, 4, 5];

/** Instructions that weights are written with, and their neighbours of later protocols. See `pickletools.py` of CPython 3.13. */
const OP = {
  NONE: 0x4e,
  BYTE: 0x4b,
  SHORT: 0x4d,
  INT: 0x4a,
  FLOAT: 0x47,
  TEXT: 0x58,
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  EMPTY_LIST: 0x5d,
  EMPTY_DICT: 0x7d,
  TUPLE: 0x74,
  APPEND: 0x61,
  APPENDS: 0x65,
  SET: 0x73,
  SET_MANY: 0x75,
  KEEP_AT: 0x71,
  KEEP_AT_LONG: 0x72,
  RECALL: 0x68,
  RECALL_LONG: 0x6a,
  GLOBAL: 0x63,
  STORAGE: 0x51,
  CALL: 0x52,
  BUILD: 0x62,
  PROTOCOL: 0x80,
  FRAME: 0x95,
  TRUE: 0x88,
  FALSE: 0x89,
  LONG: 0x8a,
  SHORT_TEXT: 0x8c,
  TUPLE_1: 0x85,
  TUPLE_2: 0x86,
  TUPLE_3: 0x87,
  KEEP: 0x94,
  GLOBAL_OF_TWO: 0x93,
  STOP: 0x2e,
} as const;

/**
 * Reads a pickle of tensors in dicts, as `torch.save` writes them. It is a small part of the language of pickles: no name is imported and
 * nothing is called, the three functions that rebuild tensors and dicts are known by name, and any other is refused.
 *
 * @param where  what messages call the file
 * @throws {CheckpointError} another callable, class or instruction, or more steps or depth than weights need
 */
export function unpickle(bytes: Uint8Array, where: string): PickleValue {
  return new Unpickler(bytes, where).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #data: DataView;
  readonly #where: string;
  readonly #stack: PickleValue[] = [];
  /** Lengths of the stack at the marks that are open. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  run(): PickleValue {
    for (let step = 0; step < MAX_PICKLE_STEPS; step++) {
      const code = this.#take(1, (at) => this.#data.getUint8(at));
      if (code === OP.STOP) {
        const value = this.#pop();
        return this.#stack.length === 0 ? value : this.#refuse("one value", "several", GET_AGAIN);
      }
      this.#step(code);
    }
    return this.#refuse(`at most ${MAX_PICKLE_STEPS} instructions`, "more", SAVE_AGAIN);
  }

  /** What each instruction does, by its code. */
  static readonly #steps: ReadonlyMap<number, (self: Unpickler) => void> = new Map<
    number,
    (self: Unpickler) => void
  >([
    [OP.PROTOCOL, (self) => self.#checkProtocol(self.#byte())],
    [OP.FRAME, (self) => self.#take(8, () => undefined)], // how much the writer wrote at once
    [OP.NONE, (self) => self.#push(null)],
    [OP.TRUE, (self) => self.#push(true)],
    [OP.FALSE, (self) => self.#push(false)],
    [OP.BYTE, (self) => self.#push(self.#byte())],
    [OP.SHORT, (self) => self.#push(self.#take(2, (at) => self.#data.getUint16(at, true)))],
    [OP.INT, (self) => self.#push(self.#take(4, (at) => self.#data.getInt32(at, true)))],
    [OP.LONG, (self) => self.#push(self.#long(self.#byte()))],
    [OP.FLOAT, (self) => self.#push(self.#take(8, (at) => self.#data.getFloat64(at)))],
    [OP.TEXT, (self) => self.#push(self.#text(self.#length()))],
    [OP.SHORT_TEXT, (self) => self.#push(self.#text(self.#byte()))],
    [OP.MARK, (self) => self.#mark()],
    [OP.EMPTY_TUPLE, (self) => self.#push([])],
    [OP.EMPTY_LIST, (self) => self.#push([])],
    [OP.EMPTY_DICT, (self) => self.#push(new PickleDict())],
    [OP.TUPLE, (self) => self.#push(self.#popMark())],
    [OP.TUPLE_1, (self) => self.#push(self.#popSome(1))],
    [OP.TUPLE_2, (self) => self.#push(self.#popSome(2))],
    [OP.TUPLE_3, (self) => self.#push(self.#popSome(3))],
    [OP.APPEND, (self) => self.#append(self.#popSome(1))],
    [OP.APPENDS, (self) => self.#append(self.#popMark())],
    [OP.SET, (self) => self.#set(self.#popSome(2))],
    [OP.SET_MANY, (self) => self.#set(self.#popMark())],
    [OP.KEEP_AT, (self) => self.#memo.set(self.#byte(), self.#top())],
    [OP.KEEP_AT_LONG, (self) => self.#memo.set(self.#length(), self.#top())],
    [OP.KEEP, (self) => self.#memo.set(self.#memo.size, self.#top())],
    [OP.RECALL, (self) => self.#recall(self.#byte())],
    [OP.RECALL_LONG, (self) => self.#recall(self.#length())],
    [OP.GLOBAL, (self) => self.#global(self.#line(), self.#line())],
    [OP.GLOBAL_OF_TWO, (self) => self.#global(...self.#popSome(2))],
    [OP.STORAGE, (self) => self.#push(self.#storage(self.#pop()))],
    [OP.CALL, (self) => self.#push(self.#rebuild(...self.#popSome(2)))],
    [OP.BUILD, (self) => self.#dropAttributes()],
  ]);

  #step(code: number): void {
    const step = Unpickler.#steps.get(code);
    if (step) step(this);
    else {
      const got = `0x${code.toString(16).padStart(2, "0")} at byte ${this.#at - 1}`;
      this.#refuse("an instruction that weights are written with", got, SAVE_AGAIN);
    }
  }

  #checkProtocol(protocol: number): void {
    if (!PROTOCOLS.includes(protocol))
      this.#refuse(`protocol ${PROTOCOLS.join(", ")}`, String(protocol), SAVE_AGAIN);
  }

  #mark(): void {
    if (this.#marks.length >= MAX_PICKLE_DEPTH)
      this.#refuse(`at most ${MAX_PICKLE_DEPTH} levels`, "more", SAVE_AGAIN);
    this.#marks.push(this.#stack.length);
  }

  /** Of an OrderedDict they are the versions of modules, which nobody needs. */
  #dropAttributes(): void {
    this.#pop();
    if (!(this.#top() instanceof PickleDict))
      this.#refuse("attributes of a dict", "attributes of another object", SAVE_AGAIN);
  }

  #global(module?: PickleValue, name?: PickleValue): void {
    if (typeof module !== "string" || typeof name !== "string")
      this.#refuse("two names", "other objects", GET_AGAIN);
    const full = `${module}.${name}`;
    const known = findGlobal(full);
    const got = `${JSON.stringify(full.slice(0, 200))}, which is not loaded`;
    this.#push(known ? new PickledGlobal(known) : this.#refuse("nothing but tensors", got, SAVE_AGAIN));
  }

  /** `("storage", class, key, device, elements)`. */
  #storage(id: PickleValue): PickledStorage {
    const [kind, type, key, , elements] = Array.isArray(id) ? id : [];
    const dtype = type instanceof PickledGlobal ? dtypeOf(type.name) : undefined;
    if (kind === "storage" && dtype && typeof key === "string" && isSize(elements))
      return new PickledStorage(key, dtype, elements);
    return this.#refuse("a storage of tensors", "another object", SAVE_AGAIN);
  }

  #rebuild(callable?: PickleValue, args?: PickleValue): PickleValue {
    const name = callable instanceof PickledGlobal ? callable.name : undefined;
    const list = Array.isArray(args) ? args : [];
    if (name === "collections.OrderedDict" && Array.isArray(args) && list.length === 0)
      return new PickleDict();
    if (name === "torch._utils._rebuild_parameter" && list[0] instanceof PickledTensor) return list[0];
    if (name === "torch._utils._rebuild_tensor_v2") {
      const [storage, offset, dims, strides] = list;
      if (
        storage instanceof PickledStorage &&
        isSize(offset) &&
        isShape(dims) &&
        isShape(strides) &&
        dims.length === strides.length
      )
        return new PickledTensor(storage, offset, [...dims], [...strides]);
      return this.#refuse(
        `a tensor: storage, offset, and at most ${MAX_RANK} sizes and strides`,
        "others",
        GET_AGAIN,
      );
    }
    return this.#refuse("a call that makes a dict or a tensor", `one of ${name ?? "no name"}`, SAVE_AGAIN);
  }

  #append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) this.#refuse("a list to append to", "another object", GET_AGAIN);
    for (const value of values) list.push(value);
  }

  #set(values: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof PickleDict) || values.length % 2 !== 0)
      this.#refuse("a dict and pairs to set in it", "others", GET_AGAIN);
    for (let i = 0; i < values.length; i += 2)
      dict.items.push([values[i] as PickleValue, values[i + 1] as PickleValue]);
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.#refuse("an object that was made before", `number ${index}`, GET_AGAIN);
    this.#push(value);
  }

  /** A whole number of `length` little-endian bytes. Above 2^53 it is near that number: seeds may be so large, sizes may not. */
  #long(length: number): number {
    if (length > MAX_NUMBER_BYTES)
      return this.#refuse(`whole numbers of at most ${MAX_NUMBER_BYTES} bytes`, String(length), SAVE_AGAIN);
    return this.#take(length, (at) => {
      let sum = 0n;
      for (let i = length - 1; i >= 0; i--) sum = (sum << 8n) | BigInt(this.#data.getUint8(at + i));
      return Number(BigInt.asIntN(8 * length, sum));
    });
  }

  #text(length: number): string {
    return this.#take(length, (at) => {
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytes.subarray(at, at + length));
      } catch {
        return this.#refuse("text in UTF-8", "other bytes", GET_AGAIN);
      }
    });
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) return this.#refuse("the end of a name", "the end of the file", GET_AGAIN);
    const line = this.#text(end - this.#at);
    this.#at++;
    return line;
  }

  #byte(): number {
    return this.#take(1, (at) => this.#data.getUint8(at));
  }

  #length(): number {
    return this.#take(4, (at) => this.#data.getUint32(at, true));
  }

  #take<T>(count: number, read: (at: number) => T): T {
    const at = this.#at;
    if (at + count > this.#bytes.length)
      return this.#refuse(`${count} more bytes`, "the end of the pickle", GET_AGAIN);
    this.#at += count;
    return read(at);
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #top(): PickleValue {
    return this.#stack.length > this.#floor()
      ? (this.#stack.at(-1) as PickleValue)
      : this.#refuse("an object", "none", GET_AGAIN);
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popSome(count: number): PickleValue[] {
    if (this.#stack.length - count < this.#floor())
      return this.#refuse(`${count} objects`, "fewer", GET_AGAIN);
    return this.#stack.splice(this.#stack.length - count);
  }

  #popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    return mark === undefined ? this.#refuse("a mark", "none", GET_AGAIN) : this.#stack.splice(mark);
  }

  /** What lies below the last mark is not to be touched. */
  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #refuse(expected: string, got: string, next: string): never {
    return refuseFile(this.#where, expected, got, next);
  }
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isShape(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(isSize);
}
