import { access, readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import nano from "./index.js";
import nanoQ8 from "./q8.js";

test.each([nano, nanoQ8])("every file of the source exists and is not empty", async ({ files }) => {
  for (const url of Object.values(files)) {
    expect((await stat(url)).size, url.pathname).toBeGreaterThan(0);
  }
});

test.each([nano, nanoQ8])("each file is called by the last part of its URL", ({ files }) => {
  for (const [name, url] of Object.entries(files)) expect(url.pathname.split("/").at(-1)).toBe(name);
});

test("the weights of 8 bits are at most 4 MB, all else is shared", async () => {
  expect((await stat(nanoQ8.files["model.safetensors"])).size).toBeLessThanOrEqual(4e6);
  const { "model.safetensors": _, ...others } = nanoQ8.files;
  expect(nano.files).toMatchObject(others);
});

test("config.json is that of a SAM 2 model", async () => {
  const config = JSON.parse(await readFile(nano.files["config.json"], "utf8"));
  expect(["sam2", "sam2_video"]).toContain(config.model_type);
});

test("the model card with data sources and licences is packed beside the weights", async () => {
  const card = await readFile(new URL("../model/README.md", import.meta.url), "utf8");
  expect(card).toMatch(/\bdata\b/i);
  expect(card).toMatch(/licen[cs]e/i);
  await access(new URL("../model/README.md", import.meta.url));
  expect(packageJson.files).toContain("model");
});

test("the package depends on nothing", () => {
  expect(packageJson).not.toHaveProperty("dependencies");
});
