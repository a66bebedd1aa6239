import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { digestOf } from "./digest.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sam2-digest-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("reads a folder of many pictures without a warning, and tells contents apart", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on("warning", note);
  for (let i = 0; i < 20; i++) await writeFile(join(folder, `${i}.png`), Uint8Array.of(i));
  const before = await digestOf(folder);
  expect(await digestOf(folder)).toBe(before);
  await writeFile(join(folder, "7.png"), Uint8Array.of(200));
  expect(await digestOf(folder)).not.toBe(before);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

it("ends when it is aborted", async () => {
  const file = join(folder, "a.bin");
  await writeFile(file, new Uint8Array(10));
  await expect(digestOf(file, AbortSignal.abort())).rejects.toThrow(/abort/i);
});
