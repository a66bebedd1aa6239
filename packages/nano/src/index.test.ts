import { access, readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import nano from "./index.js";

test("every file of the source exists and is not empty", async () => {
  for (const url of Object.values(nano.files)) {
    expect((await stat(url)).size, url.pathname).toBeGreaterThan(0);
  }
});

test("each file is called by the last part of its URL", () => {
  for (const [name, url] of Object.entries(nano.files)) expect(url.pathname.split("/").at(-1)).toBe(name);
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
