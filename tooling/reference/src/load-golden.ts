import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { inflateSync } from "node:zlib";
import { fixtureDir } from "./fixture-dirs.js";
import type { Golden, GoldenCase, GoldenMeta, Ref } from "./golden.js";
import { concatTensors, type GoldenTensor, tensorFromBytes } from "./golden-tensor.js";

/** One entry of the manifest's `tensors`. */
export interface TensorEntry {
  readonly dtype: GoldenTensor["type"];
  readonly dims: readonly number[];
  readonly offset: number;
  /** Stored length; of the zlib stream when `encoding` is set. */
  readonly byteLength: number;
  readonly encoding?: "deflate";
}

/** `goldens.json` as written by `python/goldens.py`. */
export interface Manifest extends GoldenMeta {
  readonly cases: Readonly<Record<string, GoldenCase>>;
  readonly tensors: Readonly<Record<string, TensorEntry>>;
}

/** Reads the manifest of a fixture. */
export function readManifest(nameOrDir: string): Manifest {
  return JSON.parse(readFileSync(resolve(fixtureDir(nameOrDir), "goldens.json"), "utf8"));
}

/**
 * Loads a fixture by name, or from an absolute folder.
 *
 * @throws {RangeError} a case, tensor or Ref that is not in the fixture
 */
export function loadGolden(nameOrDir: string): Golden {
  const dir = fixtureDir(nameOrDir);
  const { cases, tensors, ...meta } = readManifest(dir);
  const blob = readFileSync(resolve(dir, "goldens.bin"));

  const tensor = (name: string): GoldenTensor => {
    const entry = tensors[name];
    if (entry === undefined) throw new RangeError(`${meta.name} has no tensor ${name}`);
    const stored = blob.subarray(entry.offset, entry.offset + entry.byteLength);
    return tensorFromBytes(
      entry.dtype,
      entry.dims,
      entry.encoding === "deflate" ? inflateSync(stored) : stored,
    );
  };
  const follow = (ref: Ref): GoldenTensor | GoldenTensor[] => {
    if (typeof ref === "string") return tensor(ref);
    if ("list" in ref) return ref.list.map(resolveTensor);
    return concatTensors(ref.concat.map(resolveTensor));
  };
  const resolveTensor = (ref: Ref | undefined): GoldenTensor => {
    const found = ref === undefined ? undefined : follow(ref);
    if (found === undefined || Array.isArray(found))
      throw new RangeError(`${meta.name}: ${JSON.stringify(ref)} is not one tensor`);
    return found;
  };
  const resolveList = (ref: Ref | undefined): GoldenTensor[] => {
    const found = ref === undefined ? undefined : follow(ref);
    if (!Array.isArray(found))
      throw new RangeError(`${meta.name}: ${JSON.stringify(ref)} is not a list of tensors`);
    return found;
  };

  return {
    dir,
    modelDir: existsSync(resolve(dir, "config.json")) ? dir : null,
    meta,
    cases,
    tensorNames: Object.keys(tensors),
    case(name) {
      const found = cases[name];
      if (found === undefined) throw new RangeError(`${meta.name} has no case ${name}`);
      return found;
    },
    tensor,
    resolve: follow,
    resolveTensor,
    resolveList,
    imageFile(id) {
      const image = meta.images[id];
      if (image === undefined) throw new RangeError(`${meta.name} has no image ${id}`);
      return resolve(dir, image.file);
    },
  };
}

/**
 * Names the recorded files that are missing in `modelDir` or have another SHA-256 there. Empty means that the goldens
 * were made from these very files; otherwise they must be made again (see README.md).
 */
export function checkpointDifferences(golden: Golden, modelDir: string): string[] {
  const files = Object.entries(golden.meta.checkpoint?.files ?? {});
  return files
    .filter(([name, { sha256 }]) => {
      const path = resolve(modelDir, name);
      return !existsSync(path) || createHash("sha256").update(readFileSync(path)).digest("hex") !== sha256;
    })
    .map(([name]) => name);
}
