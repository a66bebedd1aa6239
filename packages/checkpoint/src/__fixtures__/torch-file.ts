import { concat } from "./concat.js";

/** A tensor for {@link torchFile}. */
export interface TorchTensor {
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
  /** Class of the storage; `"FloatStorage"` by default. */
  readonly storage?: string;
  /** Bytes of an element; 4 by default. */
  readonly elementBytes?: number;
  readonly strides?: readonly number[];
}

/** A member of a zip file, and what its headers say of it. */
export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly attributes?: number;
  /** What the directory says; the true size by default. */
  readonly sizeBytes?: number;
  readonly headerOffset?: number;
}

const text = (value: string) => new TextEncoder().encode(value);

/** Little-endian numbers of 1, 2, 4 or 8 bytes: `[4, 7]` is 7 in 4 bytes. */
function numbers(...fields: readonly (readonly [number, number])[]): Uint8Array {
  return concat(
    fields.map(([length, value]) => Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256)),
  );
}

/** A zip file; with `isLong` its directory is in the form of zip64. */
export function zip(members: readonly Member[], { isLong = false, comment = "" } = {}): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let end = 0;
  const write = (...parts: Uint8Array[]) => {
    for (const part of parts) {
      pieces.push(part);
      end += part.length;
    }
  };
  for (const { name, bytes, method = 0, flags = 0, attributes = 0, sizeBytes = bytes.length, headerOffset = end } of members) {
    const form = [[2, 45], [2, flags], [2, method], [4, 0], [4, 0]] as const;
    const [title, padding] = [text(name), new Uint8Array((64 - ((end + 30 + name.length) % 64)) % 64)];
    const short = isLong ? 0xffffffff : sizeBytes;
    const long = isLong ? numbers([2, 1], [2, 24], [8, sizeBytes], [8, sizeBytes], [8, headerOffset]) : new Uint8Array();
    directory.push(
      numbers([4, 0x02014b50], [2, 45], ...form, [4, short], [4, short], [2, title.length], [2, long.length], [2, 0], [2, 0], [2, 0]),
      numbers([4, attributes], [4, isLong ? 0xffffffff : headerOffset]),
      title,
      long,
    );
    write(numbers([4, 0x04034b50], ...form, [4, bytes.length], [4, bytes.length], [2, title.length], [2, padding.length]), title, padding, bytes);
  }
  const start = end;
  write(...directory);
  const size = end - start;
  if (isLong) {
    const record = end;
    write(numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, members.length], [8, members.length], [8, size], [8, start]));
    write(numbers([4, 0x07064b50], [4, 0], [8, record], [4, 1]));
  }
  const count = isLong ? 0xffff : members.length;
  write(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, isLong ? 0xffffffff : size], [4, isLong ? 0xffffffff : start]));
  write(numbers([2, comment.length]), text(comment));
  return concat(pieces);
}

/** The pickle of a dict of tensors, whose storages are called 0, 1, …; under the key "model" unless it is said otherwise. */
export function torchPickle(tensors: Readonly<Record<string, TorchTensor>>, key: string | null = "model"): Uint8Array {
  const string = (value: string) => concat([text("X"), numbers([4, text(value).length]), text(value)]);
  const int = (value: number) => numbers([1, 0x4a], [4, value]);
  const tuple = (values: readonly number[]) => concat([text("("), ...values.map(int), text("t")]);
  const items = Object.entries(tensors).map(([name, tensor], index) => {
    const { dims, bytes, storage = "FloatStorage", elementBytes = 4 } = tensor;
    const strides = tensor.strides ?? dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
    return concat([
      string(name),
      text("ctorch._utils\n_rebuild_tensor_v2\n(("),
      string("storage"),
      text(`ctorch\n${storage}\n`),
      string(String(index)),
      string("cpu"),
      int(bytes.length / elementBytes),
      text("tQK\0"),
      tuple(dims),
      tuple(strides),
      numbers([1, 0x89]),
      text("ccollections\nOrderedDict\n)RtR"),
    ]);
  });
  const state = concat([text("ccollections\nOrderedDict\n)R("), ...items, text("u}"), string("_metadata"), text("}sb")]);
  const root = key === null ? state : concat([text("}"), string(key), state, text("s")]);
  return concat([numbers([1, 0x80], [1, 2]), root, text(".")]);
}

/** A file as `torch.save` writes it. */
export function torchFile(tensors: Readonly<Record<string, TorchTensor>>, key: string | null = "model"): Uint8Array {
  return zip(torchMembers(torchPickle(tensors, key), Object.values(tensors).map(({ bytes }) => bytes)));
}

/** The members of such a file. */
export function torchMembers(pickle: Uint8Array, storages: readonly Uint8Array[] = []): Member[] {
  return [
    { name: "x/data.pkl", bytes: pickle },
    { name: "x/byteorder", bytes: text("little") },
    ...storages.map((bytes, i) => ({ name: `x/data/${i}`, bytes })),
    { name: "x/version", bytes: text("3\n") },
  ];
}
