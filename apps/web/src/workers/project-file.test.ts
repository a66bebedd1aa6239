import { describe, expect, it } from "vitest";
import { packProject, unpackProject } from "./project-file.js";

describe("a project's file", () => {
  it("gives back what was put in", async () => {
    const blob = new Blob([Uint8Array.of(1, 2, 3)]);
    const { json, photos } = await unpackProject(
      await packProject({ json: '{"a":1}', photos: [{ id: "photo-1", blob }] }),
    );
    expect(json).toBe('{"a":1}');
    expect(photos.map(({ id }) => id)).toEqual(["photo-1"]);
    expect(
      (await photos[0]?.blob.bytes?.()) ?? new Uint8Array(await (photos[0]?.blob ?? blob).arrayBuffer()),
    ).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("says what is wrong with something else", async () => {
    await expect(unpackProject(new Blob(["no zip"]))).rejects.toThrow("expected a .sam2js file");
  });
});
