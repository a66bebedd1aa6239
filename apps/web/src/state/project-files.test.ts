import { expect, it } from "vitest";
import { createObject, type PhotoDoc } from "../domain/document.js";
import { headText, INDEX, parseProject, photoFile, photoText } from "./project-files.js";

const rle = { size: [2, 3], counts: Uint32Array.of(1, 2, 3) } as const;
const answer = { by: "nano", best: 0, candidates: [{ rle, score: 0.5 }] };
/** Counts 1, 2, 3 as COCO's text, by pycocotools. */
const TEXT = { size: [2, 3], counts: "123" };
const photo: PhotoDoc = {
  id: "photo-1",
  name: "ünï.jpg",
  width: 3,
  height: 2,
  objects: [{ ...createObject("object-1", 1), fixed: { id: "mask-1", rle, score: 1 } }],
};
const doc = { photos: [photo], nextNumber: 7, classes: ["mug"] };

function reader(files: Readonly<Record<string, string>>): (name: string) => Promise<string> {
  return async (name) => files[name] ?? "";
}

it("gives back a project, and the masks that were seen", async () => {
  const text = photoText(photo, () => ({ answer, work: rle }));
  const files = { [INDEX]: headText(doc, "Sea"), [photoFile(photo.id)]: text };
  const read = await parseProject(reader(files));
  expect(read.name).toBe("Sea");
  expect(read.doc).toEqual({ ...doc, photos: [{ ...photo, video: undefined }] });
  expect(read.seen.get("photo-1")?.get("object-1")).toEqual({
    answer: { ...answer, candidates: [{ rle: TEXT, score: 0.5 }] },
    work: TEXT,
  });
});

it("leaves out masks of another size", async () => {
  const other = { size: [3, 3], counts: "9" } as const;
  const text = photoText(photo, () => ({ work: other }));
  const read = await parseProject(reader({ [INDEX]: headText(doc, "Sea"), [photoFile(photo.id)]: text }));
  expect(read.seen.get("photo-1")?.size).toBe(0);
});

it.each([
  ["", /project.json: expected JSON/],
  ['{"format":"sam2js","version":3,"photos":[]}', /expected version 2, got 3/],
  ['{"format":"sam2js","version":2,"photos":[{"id":"../x"}]}', /expected photos with ids/],
  [headText(doc, "Sea"), /photo-1.json: expected JSON/],
])("says what is wrong with %s", async (head, message) => {
  await expect(parseProject(reader({ [INDEX]: head }))).rejects.toThrow(message);
});
