import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { NotFoundError } from "@sam2js/core";
import { afterAll, expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { expandInputs } from "./expand-inputs.js";

const folder = mkdtempSync(join(tmpdir(), "sam2-inputs-"));
for (const name of [
  "b.JPG",
  "a.png",
  "notes.txt",
  "sub/c.webp",
  "sub/a.jpg",
  "a.overlay.png",
  "a.1.cutout.png",
  "a.labels-2.png",
  "brackets [1].jpg",
]) {
  mkdirSync(join(folder, "sub"), { recursive: true });
  writeFileSync(join(folder, name), "");
}
afterAll(() => rmSync(folder, { recursive: true }));

const pathsOf = async (...args: string[]) => (await expandInputs(args)).inputs.map(({ path }) => path);

it("takes the images of a folder, whatever the case of their endings", async () => {
  expect(await pathsOf(folder)).toEqual([
    join(folder, "a.png"),
    join(folder, "b.JPG"),
    join(folder, "brackets [1].jpg"),
  ]);
});

it("expands patterns, also into folders", async () => {
  expect(await pathsOf(`${folder}/**/*.{jpg,webp}`)).toEqual(
    ["brackets [1].jpg", "sub/a.jpg", "sub/c.webp"].map((name) => join(folder, name)),
  );
});

it("takes a file with the signs of a pattern in its name as the file that it is", async () => {
  expect(await pathsOf(join(folder, "brackets [1].jpg"))).toHaveLength(1);
});

it("gives results different names, and each image once, however it is written", async () => {
  const { inputs } = await expandInputs([
    folder,
    join(folder, "sub"),
    join(folder, "a.png"),
    `${folder}/./a.png`,
    relative(process.cwd(), join(folder, "a.png")),
  ]);
  expect(inputs.map(({ stem }) => stem)).toEqual(["a", "b", "brackets [1]", "a-2", "c"]);
});

it("passes over results of earlier runs, but not when they are named", async () => {
  expect(await pathsOf(`${folder}/*.png`)).toEqual([join(folder, "a.png")]);
  expect(await pathsOf(join(folder, "a.overlay.png"))).toEqual([join(folder, "a.overlay.png")]);
});

it("keeps URLs", async () => {
  const { inputs } = await expandInputs(["https://example.org/x/photo%20one.jpg?size=3"]);
  expect(inputs).toEqual([
    {
      path: "https://example.org/x/photo%20one.jpg?size=3",
      shown: "https://example.org/x/photo%20one.jpg",
      stem: "photo one",
      fileName: "photo one.jpg",
    },
  ]);
});

it("refuses an argument that names nothing, or lists it where there are others", async () => {
  await expect(expandInputs([join(folder, "none.jpg")])).rejects.toThrow(NotFoundError);
  const { inputs, failures } = await expandInputs([join(folder, "none.jpg"), join(folder, "a.png")]);
  expect(inputs).toHaveLength(1);
  expect(failures).toMatchObject([{ image: join(folder, "none.jpg"), code: "NOT_FOUND", status: 2 }]);
});

it("refuses a folder without images", async () => {
  mkdirSync(join(folder, "empty"));
  await expect(expandInputs([join(folder, "empty")])).rejects.toThrow(/expected pictures .* got none/);
});

it("names a URL by the last part of its path, whatever stands behind it or cannot be decoded", async () => {
  const { inputs } = await expandInputs([
    "https://host.example/a/caf%C3%A9.jpg?X-Signature=secret#top",
    "https://host.example/50%.png?token=secret",
    "https://host.example/?token=secret",
  ]);
  expect(inputs.map(({ stem }) => stem)).toEqual(["café", "50_", "image"]);
});

it("tells images of one name apart in data sets, and says what a folder has besides", async () => {
  const { inputs, leftOut } = await expandInputs([folder, join(folder, "sub"), join(folder, "a.png")]);
  expect(inputs.map(({ fileName }) => fileName)).toEqual([
    "a.png",
    "b.JPG",
    "brackets [1].jpg",
    "a.jpg",
    "c.webp",
  ]);
  expect(leftOut).toContainEqual({ name: "notes.txt", reason: "no picture" });
  expect(leftOut).toContainEqual({ name: "a.overlay.png", reason: "result of an earlier run" });
  mkdirSync(join(folder, "other"));
  writeFileSync(join(folder, "other", "a.jpg"), "");
  const both = await expandInputs([join(folder, "sub"), join(folder, "other")]);
  expect(both.inputs.map(({ fileName }) => fileName)).toEqual(["sub/a.jpg", "sub/c.webp", "other/a.jpg"]);
});

it("refuses an address that is none", async () => {
  await expect(expandInputs(["https://"])).rejects.toThrow(/^https:\/\/: expected a URL/);
});

it("orders what a pattern matches by number, and counts what it leaves out", async () => {
  const cwd = makeFolder();
  for (const name of ["10.jpg", "9.jpg", "9.overlay.png", "notes.txt"]) writeFileSync(join(cwd, name), "");
  const { inputs, leftOut } = await expandInputs([join(cwd, "*").replaceAll("\\", "/")]);
  expect(inputs.map(({ fileName }) => fileName)).toEqual(["9.jpg", "10.jpg"]);
  expect(leftOut.map(({ reason }) => reason).sort()).toEqual(["no picture", "result of an earlier run"]);
});
