import { Tensor } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { describe, expect, it } from "vitest";
import type { PromptObject } from "../prompts/prompt-object.js";
import { parseFile, parseGround } from "./cut-out-choices.js";
import type { Format } from "./formats.js";
import { segmentFiles } from "./segment-files.js";

const SIZE = [2, 4] as const;
const image = { data: new Uint8Array(24), width: 4, height: 2, channels: 3 as const };
const runtime = { encodePng: async () => new Uint8Array() } as unknown as Parameters<typeof segmentFiles>[2];

async function filesOf(formats: readonly Format[], classes: readonly string[], ...ids: string[]) {
  const findings = ids.map((id) => ({
    object: { id, points: [], labels: [] } satisfies PromptObject,
    mask: new Mask({ size: SIZE, counts: [2, 4, 2] }),
    logits: new Tensor("float32", new Float32Array(8), [2, 4]),
    rank: undefined,
  }));
  const input = { path: "a.jpg", shown: "a.jpg", stem: "a", fileName: "a.jpg" };
  const choices = {
    ground: parseGround("transparent"),
    softEdge: 0,
    margin: 0,
    cutoutFile: parseFile("png"),
  };
  const files = await segmentFiles({ input, image, findings, classes, choices }, formats, runtime);
  return new Map(files.map(({ name, content }) => [name, String(content)]));
}

describe("segmentFiles", () => {
  it("gives a class the number that it has in the other images of the run", async () => {
    const files = await filesOf(["yolo", "coco"], ["cat", "dog"], "dog");
    expect(files.get("a.classes.txt")).toBe("cat\ndog\n");
    expect(files.get("a.txt")).toMatch(/^1 /);
    const coco = JSON.parse(files.get("a.coco.json") ?? "");
    expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(["cat", "dog"]);
    expect(coco.annotations[0].category_id).toBe(coco.categories[1].id);
  });

  it("writes no two files of one name, whatever objects are called", async () => {
    const ids = ["b", "b.cutout", "overlay", "cutout", "b_cutout", "B"];
    const names = [...(await filesOf(["png", "overlay", "npy"], [], ...ids)).keys()];
    expect(names).toHaveLength(2 * ids.length + 1);
    expect(names).not.toContain("a.b.cutout.png");
    expect(names).not.toContain("a.cutout.png");
  });
});
