import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nanoFolder } from "./models.mjs";
import { runChild } from "./run-child.mjs";

test("a round on nano gives seconds and memory of every step", async () => {
  const image = fileURLToPath(new URL("../../../examples/images/truck.jpg", import.meta.url));
  const { steps } = await runChild("image-steps", { model: nanoFolder(), image, threads: 1, repeat: 1 });
  const names = ["load", "preprocess", "encode", "firstClick", "click", "prompts16", "prompts64"];
  expect(Object.keys(steps)).toEqual(names);
  for (const { all, peakRssBytes } of Object.values(steps)) {
    expect(all.every((seconds) => seconds > 0)).toBe(true);
    expect(peakRssBytes).toBeGreaterThan(1e7);
  }
});

test("a child that fails tells why", async () => {
  await expect(runChild("image-steps", { model: "/no/such/folder" })).rejects.toThrow(/image-steps ended/);
});
