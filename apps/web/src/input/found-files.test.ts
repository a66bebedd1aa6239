import { expect, it } from "vitest";
import { filesOfInput, isLeftResult } from "./found-files.js";

function found(...paths: string[]): string[] {
  const files = paths.map((path) =>
    Object.defineProperty(new File([], path.split("/").at(-1) ?? path), "webkitRelativePath", {
      value: path,
    }),
  );
  const input = { files, webkitdirectory: true } as unknown as HTMLInputElement;
  return filesOfInput(input)
    .filter((each) => !isLeftResult(each))
    .map(({ path }) => path);
}

it("reads a folder as the command line does: by the numbers in names, without hidden files and results", () => {
  const names = [
    "b/10.jpg",
    "b/9.jpg",
    "b/9.overlay.png",
    "b/9.cup.cutout.png",
    "b/._9.jpg",
    "b/B.jpg",
    "b/a.jpg",
  ];
  expect(found(...names)).toEqual(["b/9.jpg", "b/10.jpg", "b/B.jpg", "b/a.jpg"]);
});

it("takes a result that was chosen by itself", () => {
  expect(isLeftResult({ path: "9.overlay.png", file: new File([], "9.overlay.png") })).toBe(false);
});
