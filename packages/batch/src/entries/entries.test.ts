import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { cocoBoxes } from "./coco-boxes.js";
import { listEntries, manifestEntries } from "./line-entries.js";
import { readLines } from "./read-lines.js";
import { yoloBoxes, yoloToBox } from "./yolo-boxes.js";

const resolve = (image: string) => ({ image: `/in/${image}`, name: image });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each([1, 3, 100])("reads lines out of pieces of %i bytes", async (size) => {
  expect(await all(readLines(pieces("ä\u2028b\r\n\nlast", size), "text"))).toEqual(["ä\u2028b", "", "last"]);
});

it.each(["utf16le", "utf8"] as const)(
  "reads lines as shells of Windows write them, in %s",
  async (encoding) => {
    const bytes = Buffer.from("\uFEFFä.jpg\r\nb.jpg\r\n", encoding);
    const chunks = (async function* () {
      for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
    })();
    const entries = await all(listEntries(readLines(chunks, "list.txt"), resolve));
    expect(entries.map(({ name }) => name)).toEqual(["ä.jpg", "b.jpg"]);
  },
);

describe("a manifest", () => {
  it("says where masks are as it says where pictures are", async () => {
    const text = '{"image":"a.jpg","objects":[{"mask":"m.png"},{"box":[1,2,3,4]},null]}';
    const [entry] = await all(manifestEntries(readLines(pieces(text, 50), "m"), "m.jsonl", resolve));
    expect(entry?.objects).toEqual([{ mask: "/in/m.png" }, { box: [1, 2, 3, 4] }, null]);
  });

  it("has its mistakes as entries, so that the others are done", async () => {
    const text = [
      '{"image":"a.jpg","objects":[{"box":[1,2,3,4]}]}',
      "",
      "{",
      '{"image":3}',
      '{"image":"b.jpg","promts":[]}',
      '{"image":"c.jpg","name":"see","id":4}',
    ].join("\n");
    const entries = await all(manifestEntries(readLines(pieces(text, 50), "m"), "m.jsonl", resolve));
    expect(entries.filter(({ error }) => !error)).toEqual([
      { image: "/in/a.jpg", name: "a.jpg", objects: [{ box: [1, 2, 3, 4] }] },
      { image: "/in/c.jpg", name: "see", id: 4 },
    ]);
    expect(entries.flatMap(({ error }) => error?.message ?? [])).toEqual([
      'm.jsonl:3: expected JSON such as {"image": "a.jpg"}, got other text',
      'm.jsonl:4: image: expected a path or URL, got 3; for example {"image": "photos/a.jpg"}',
      expect.stringMatching(/^m\.jsonl:5: expected image, name, id, objects, got "promts"/),
    ]);
  });

  it("may be a plain list", async () => {
    const lines = readLines(pieces("# mine\na.jpg\n\n b.jpg \n", 5), "l");
    expect((await all(listEntries(lines, resolve))).map(({ name }) => name)).toEqual(["a.jpg", "b.jpg"]);
  });
});

describe("boxes of a COCO file", () => {
  const images = [
    { id: 9, file_name: "a.jpg" },
    { id: 4, file_name: "b/c.jpg" },
    { id: 5, file_name: "d.jpg" },
  ];
  const categories = [{ id: 44, name: "cup" }];

  it("become prompts; numbers of pictures, annotations and categories stay", () => {
    const annotations = [
      { id: 70, image_id: 4, category_id: 44, bbox: [10, 20, 30, 40] },
      { id: 71, image_id: 5, category_id: 44, bbox: [10, 20, 0, 40] },
    ];
    const found = cocoBoxes({ images, annotations, categories }, "d.json", resolve);
    expect(found.categories).toEqual(categories);
    expect(found.entries).toEqual([
      { image: "/in/a.jpg", name: "a.jpg", id: 9, objects: [] },
      {
        image: "/in/b/c.jpg",
        name: "b/c.jpg",
        id: 4,
        objects: [{ id: "70", box: [10, 20, 40, 60], category: "cup" }],
      },
      { image: "", name: "d.jpg", id: 5, error: { code: "INVALID_INPUT", message: expect.any(String) } },
    ]);
    expect(found.entries[2]?.error?.message).toMatch(/^d\.json: bbox of annotation 71: expected \[x, y, w/);
  });

  it("whose ids do not say what is meant are mistakes of their pictures, or of the file", () => {
    const listed = [...images, { id: 4, file_name: "e.jpg" }];
    const annotations = [
      { id: 1, image_id: 9, category_id: 45, bbox: [1, 2, 3, 4] },
      { id: 2, image_id: 5, category_id: 44, bbox: [1, 2, 3, 4] },
    ];
    const { entries } = cocoBoxes({ images: listed, annotations, categories }, "d.json", resolve);
    expect(entries.map(({ error, objects }) => error?.message ?? objects?.length)).toEqual([
      "d.json: category_id of annotation 1: expected the id of one of its categories, got 45",
      "d.json: image 4: expected one image of this id, got several",
      1,
      "d.json: image 4: expected one image of this id, got several",
    ]);
    const strangers = [{ id: 1, image_id: "9", category_id: 44, bbox: [1, 2, 3, 4] }];
    expect(() => cocoBoxes({ images, annotations: strangers, categories }, "d.json", resolve)).toThrow(
      /image_id of annotations: expected the id of one of its images, got "9"/,
    );
  });

  it.each([[[]], [null], [{ images }]])("are not found in %j", (json) => {
    expect(() => cocoBoxes(json, "d.json", resolve)).toThrow(InputError);
  });
});

describe("boxes of YOLO", () => {
  it("become pixels once the picture's size is known", () => {
    const boxes = yoloBoxes("1 0.5 0.5 0.25 0.5\n0 0.1 0.2 0.2 0.4 0.93\n\n", ["a", "b"], "l.txt");
    expect(boxes.map(({ id, category }) => [id, category])).toEqual([
      ["1", "b"],
      ["2", "a"],
    ]);
    expect(yoloToBox(boxes[0]!.yolo, { width: 800, height: 400 })).toEqual([300, 100, 500, 300]);
  });

  it.each(["0 0.1 0.1 0.2", "0 0.1 0.1 0.2 x", "0 0 0 0.1 0.1 0.2 0.2", "0 0.1 0.1 0 0.2"])(
    "are not %j",
    (line) => {
      expect(() => yoloBoxes(line, [], "l.txt")).toThrow(/^l\.txt:1: expected class x y width height/);
    },
  );
});
