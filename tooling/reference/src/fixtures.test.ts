import { readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fixtureDir, imageFixtureNames, towerFixtureNames, videoFixtureNames } from "./fixture-dirs.js";
import type { Ref } from "./golden.js";
import { sizeOf } from "./golden-tensor.js";
import { checkpointDifferences, loadGolden, readManifest } from "./load-golden.js";

const pythonDir = fileURLToPath(new URL("../python/", import.meta.url));
const names = readdirSync(fixtureDir(".")).filter((name) => statSync(fixtureDir(name)).isDirectory());

/** A constant that a script states at the beginning of a line: `VERSION = 3`. */
function constantOf(script: string, name: string): string | undefined {
  const source = readFileSync(resolve(pythonDir, script), "utf8");
  return new RegExp(`^${name} = "?([^"\\n]+)"?$`, "m").exec(source)?.[1];
}

function pinned(distribution: string): string | undefined {
  const text = readFileSync(resolve(pythonDir, "requirements.txt"), "utf8");
  return new RegExp(`${distribution}==([0-9.]+)`).exec(text)?.[1];
}

describe.each(names)("the fixture %s", (name) => {
  const manifest = readManifest(name);

  it("was made by the script that is here, in its present version", () => {
    expect(constantOf(manifest.script, "SCRIPT")).toBe(manifest.script);
    expect(constantOf(manifest.script, "VERSION")).toBe(String(manifest.version));
    expect(manifest.name).toBe(name);
  });

  it("was made with the pinned reference", () => {
    for (const distribution of ["transformers", "torch", "torchvision"] as const) {
      expect(manifest[distribution]).toBe(pinned(distribution));
    }
  });

  it("has every tensor inside goldens.bin, aligned, with the length of its shape", () => {
    const blob = readFileSync(resolve(fixtureDir(name), "goldens.bin"));
    let end = 0;
    for (const [key, { dtype, dims, offset, byteLength, encoding }] of Object.entries(manifest.tensors)) {
      expect(offset % 8, key).toBe(0);
      expect(offset, key).toBeGreaterThanOrEqual(end);
      end = offset + byteLength;
      expect(end, key).toBeLessThanOrEqual(blob.byteLength);
      const stored = blob.subarray(offset, end);
      const bytes = encoding === "deflate" ? inflateSync(stored).byteLength : byteLength;
      expect(bytes, key).toBe(sizeOf(dims) * (dtype === "uint8" ? 1 : 4));
    }
    expect(end).toBe(blob.byteLength);
  });

  it("has every tensor and image that its cases name, and finite numbers only", () => {
    const golden = loadGolden(name);
    const refs = Object.values(golden.cases).flatMap(({ inputs, outputs }) =>
      Object.values({ ...inputs, ...outputs }),
    );
    for (const ref of refs) {
      for (const { type, data } of [golden.resolve(ref as Ref)].flat()) {
        if (type === "float32") expect(data.every(Number.isFinite)).toBe(true);
      }
    }
    for (const id of Object.keys(golden.meta.images))
      expect(statSync(golden.imageFile(id)).size).toBeGreaterThan(0);
  });

  it("carries the very checkpoint that it records, if any", () => {
    const golden = loadGolden(name);
    if (golden.modelDir !== null) expect(checkpointDifferences(golden, golden.modelDir)).toEqual([]);
    expect(golden.modelDir !== null).toBe(
      [...imageFixtureNames, ...towerFixtureNames, ...videoFixtureNames].some((own) => own === name),
    );
  });
});

it("runs mask generation on the odd-a that is here", () => {
  expect(checkpointDifferences(loadGolden("generate"), fixtureDir("odd-a"))).toEqual([]);
});
