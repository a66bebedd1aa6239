import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, NotFoundError } from "@sam2js/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readJsonFile } from "./read-json-file.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sam2-json-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TEXT = '{"id":"Ä"}';
const big = Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16();

it.each([
  ["UTF-8", Buffer.from(TEXT)],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${TEXT}`)],
  ["UTF-16 of Windows", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
  ["UTF-16, the other order", big],
])("reads %s", async (name, bytes) => {
  const path = join(folder, `${name}.json`);
  await writeFile(path, bytes);
  expect(await readJsonFile(path, "--prompts")).toEqual({ id: "Ä" });
});

it.skipIf(!existsSync("/dev/zero"))("gives up a device that never ends", async () => {
  await expect(readJsonFile("/dev/zero", "--prompts")).rejects.toThrow(/expected a text of at most/);
});

it("says what it cannot read", async () => {
  const path = join(folder, "latin.json");
  await writeFile(path, Buffer.from('{"id":"\u00c4"}', "latin1"));
  await expect(readJsonFile(path, "--prompts")).rejects.toThrow(/save it as UTF-8/);
  await writeFile(path, "{");
  await expect(readJsonFile(path, "--prompts")).rejects.toThrow(InputError);
  await expect(readJsonFile(join(folder, "none.json"), "--prompts")).rejects.toThrow(NotFoundError);
});
