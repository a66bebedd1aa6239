import { safeName } from "@sam2js/media";
import { expect, it } from "vitest";
import { BatchFileQuery } from "./batch-schemas.js";

const { pattern } = BatchFileQuery.properties.name as { readonly pattern?: string };
const isName = (name: string) => new RegExp(pattern ?? "", "u").test(name);

it("takes whatever pictures are called for a file of a batch, and nothing outside of its folders", () => {
  for (const name of ["Müller (1)", "写真 & co, #2", "a'b+c=d~e!", "e\u0301 🐈 [x]"])
    expect([name, isName(`labels/00000/${safeName(name)}.png`)]).toEqual([name, true]);
  for (const name of [
    "plan.json",
    "journal/0",
    "labels/",
    "labels/a\\b",
    "labels/a\nb",
    "xlabels/a",
    "shards",
  ])
    expect([name, isName(name)]).toEqual([name, false]);
});
