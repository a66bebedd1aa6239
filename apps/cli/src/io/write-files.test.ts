import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { placesOf, writeFiles } from "./write-files.js";

it("replaces results of an earlier run, but no input, also not through a link to its folder", async () => {
  const folder = makeFolder();
  const link = `${makeFolder()}/link`;
  symlinkSync(folder, link);
  writeFileSync(join(folder, "photo.1.png"), "mine");
  const inputs = await placesOf([
    { path: join(folder, "photo.1.png") },
    { path: "https://host.example/a.png" },
  ]);
  for (const out of [folder, link]) {
    const files = ["photo.svg", "photo.1.png"].map((name) => ({ name, content: "new" }));
    await expect(writeFiles(out, files, inputs)).rejects.toThrow(InputError);
    expect(readFileSync(join(folder, "photo.1.png"), "utf8")).toBe("mine");
  }
  for (const content of ["first", "second"])
    await writeFiles(folder, [{ name: "photo.svg", content }], inputs);
  expect(readFileSync(join(folder, "photo.svg"), "utf8")).toBe("second");
});
