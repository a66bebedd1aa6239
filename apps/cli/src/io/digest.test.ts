import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { digestOf } from "./digest.js";

it("goes by content, not by time, and by names and order in a folder", async () => {
  const folder = makeFolder();
  const frames = join(folder, "frames");
  mkdirSync(frames);
  const file = join(frames, "1.png");
  writeFileSync(file, "one");
  const before = [await digestOf(file), await digestOf(frames)];
  utimesSync(file, 1, 1);
  writeFileSync(join(frames, "1.overlay.png"), "a result");
  expect([await digestOf(file), await digestOf(frames)]).toEqual(before);
  writeFileSync(file, "two");
  expect(await digestOf(file)).not.toBe(before[0]);
  expect(await digestOf(frames)).not.toBe(before[1]);
  const url = "https://host.example/a.jpg?X-Signature=secret";
  expect(await digestOf(url)).not.toBe(await digestOf(url));
  expect(await digestOf(url)).not.toContain("secret");
});
