import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BatchEntry } from "@sam2js/batch";
import { expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { openBatchInputs } from "./batch-inputs.js";

function write(folder: string, name: string, content: string | Buffer = ""): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function read(args: readonly string[], boxes?: string): Promise<BatchEntry[]> {
  const entries: BatchEntry[] = [];
  for await (const entry of (await openBatchInputs(args, boxes)).entries) entries.push(entry);
  return entries;
}

it("takes YOLO labels in folders as pictures are, and in UTF-16", async () => {
  const folder = makeFolder();
  const pictures = ["a/1.jpg", "b/1.jpg"].map((name) => write(folder, `images/${name}`));
  write(folder, "labels/classes.txt", Buffer.from("\uFEFFcat\r\ndög\r\n", "utf16le"));
  write(folder, "labels/a/1.txt", "0 0.5 0.5 0.2 0.2\n");
  write(folder, "labels/b/1.txt", Buffer.from("\uFEFF1 0.4 0.4 0.2 0.2\r\n", "utf16le"));
  expect(await read(pictures, join(folder, "labels"))).toMatchObject([
    { name: "a/1.jpg", objects: [{ category: "cat" }] },
    { name: "b/1.jpg", objects: [{ category: "dög" }] },
  ]);
});

it("finds YOLO labels whatever the form of an accented letter, and counts classes from the first line on", async () => {
  const folder = makeFolder();
  const picture = write(folder, "caf\u00e9.jpg");
  write(folder, "labels/cafe\u0301.txt", "1 0.5 0.5 0.2 0.2\n");
  write(folder, "labels/classes.txt", "\ncat\n\n");
  expect(await read([picture], join(folder, "labels"))).toMatchObject([{ objects: [{ category: "cat" }] }]);
});

it("gives one file of labels to no two pictures", async () => {
  const folder = makeFolder();
  const pictures = ["a/1.jpg", "b/1.jpg", "b/2.jpg"].map((name) => write(folder, `images/${name}`));
  write(folder, "labels/1.txt", "0 0.5 0.5 0.2 0.2\n");
  const [first, second, third] = await read(pictures, join(folder, "labels"));
  expect(first?.objects).toHaveLength(1);
  expect(second?.error?.message).toMatch(
    /1\.txt: expected labels of one picture, got a\/1\.jpg and b\/1\.jpg/,
  );
  expect(third?.objects).toEqual([]);
});

it("finds masks and pictures beside the manifest, wherever the program runs", async () => {
  const folder = makeFolder();
  const line = { image: "a.jpg", objects: [{ id: "cup", mask: "cup.png" }] };
  const manifest = write(folder, "list.jsonl", `\uFEFF${JSON.stringify(line)}\n`);
  expect(await read([manifest])).toEqual([
    { image: join(folder, "a.jpg"), name: "a.jpg", objects: [{ id: "cup", mask: join(folder, "cup.png") }] },
  ]);
});

it("calls pictures of one name apart where they come out of several lists and folders", async () => {
  const folder = makeFolder();
  const image = (place: string) => join(folder, place, "1.jpg");
  write(folder, "a/1.jpg");
  const lists = [
    write(folder, "b/list.txt", "1.jpg\n"),
    write(folder, "c/list.jsonl", '{"image":"1.jpg"}\n'),
  ];
  expect(await read([join(folder, "a"), ...lists])).toEqual(
    ["a", "b", "c"].map((place) => ({ image: image(place), name: image(place) })),
  );
  expect(await read(lists.slice(0, 1))).toEqual([{ image: image("b"), name: "1.jpg" }]);
});

it("finds pictures and masks of a list that was written on Windows", async () => {
  const folder = makeFolder();
  const line = { image: "train\\a.jpg", objects: [{ mask: "masks\\a.png" }] };
  const manifest = write(folder, "list.jsonl", JSON.stringify(line));
  expect(await read([manifest])).toEqual([
    {
      image: join(folder, "train", "a.jpg"),
      name: "train/a.jpg",
      objects: [{ mask: join(folder, "masks", "a.png") }],
    },
  ]);
});
