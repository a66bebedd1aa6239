import { fromCvatMask } from "@sam2js/masks";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { photo, readJson, startServer } from "../../__fixtures__/start.js";
import { until } from "../__fixtures__/cvat-server.js";
import { startAgent } from "../__fixtures__/start-agent.js";

const model = { name: "nano", imageSize: 256 };
const labels = [
  { id: 3, name: "thing", type: "any" },
  { id: 4, name: "outline", type: "polygon" },
  { id: 5, name: "box", type: "rectangle" },
  { id: 6, name: "point", type: "points" },
];
const BOX = [120, 20, 160, 120];

let frames: Buffer[];
beforeAll(async () => {
  frames = await Promise.all(
    (["groceries.jpg", "truck.jpg", "cars.jpg"] as const).map((name) =>
      sharp(photo(name)).resize(240, 160, { fit: "fill" }).png().toBuffer(),
    ),
  );
});

async function start(options: Parameters<typeof startAgent>[0] = {}) {
  const agent = await startAgent({ create: [{ kind: "detector" }], model, ...options });
  const shapes = [
    { type: "rectangle", frame: 0, label_id: 3, points: BOX },
    { type: "rectangle", frame: 0, label_id: 5, points: [10, 10, 60, 60] },
    { type: "polygon", frame: 0, label_id: 4, points: [0, 0, 9, 0, 9, 9] },
  ];
  agent.cvat.tasks.set(1, { frames, labels, deleted: [1], shapes });
  const ask = (label: string, more: object) =>
    agent.cvat.ask("batch", {
      task: 1,
      mapping: { object: { name: label } },
      threshold: null,
      conv_mask_to_poly: false,
      ...more,
    });
  return { ...agent, ask };
}

const whole = { type: "annotate_task" };
const first = { type: "annotate_frame", frame: 0 };

describe("the agent as a detector", () => {
  it("finds everything in a frame, in the shapes that the label takes", async () => {
    const { cvat, ask } = await start();
    expect(cvat.functions.get(7)?.labels_v2).toEqual([{ name: "object", type: "unknown", attributes: [] }]);
    const answers = await Promise.all(
      [
        ask("thing", first),
        ask("thing", { ...first, conv_mask_to_poly: true }),
        ask("outline", first),
        ask("box", first),
      ].map(async (asked) => {
        const { error, result } = await cvat.ended(asked);
        expect([error, result?.annotations.tags]).toEqual([undefined, []]);
        return result.annotations.shapes;
      }),
    );
    const [masks, converted, outlines, boxes] = answers;
    expect(masks.length).toBeGreaterThan(2);
    expect(new Set(masks.map(({ type }: { type: string }) => type))).toEqual(new Set(["mask"]));
    expect(masks[0]).toEqual({
      type: "mask",
      frame: 0,
      label_id: 3,
      source: "auto",
      attributes: [],
      points: expect.any(Array),
    });
    expect(converted.map(({ points }: { points: unknown }) => points)).toEqual(
      outlines.map(({ points }: { points: unknown }) => points),
    );
    expect(outlines[0]).toMatchObject({ type: "polygon", label_id: 4 });
    expect(boxes).toHaveLength(masks.length);
    for (const [index, { points }] of masks.entries()) {
      const [x0, y0, x1, y1] = fromCvatMask(points, [160, 240]).box;
      expect(boxes[index]).toMatchObject({
        type: "rectangle",
        label_id: 5,
        points: [x0, y0, x1 + 1, y1 + 1],
      });
    }
    const fewer = await cvat.ended(ask("thing", { ...first, threshold: 0.99 }));
    expect(fewer.result.annotations.shapes.length).toBeLessThan(masks.length);
  });

  it("goes over the frames of a task that are not deleted, and tells how far it is", async () => {
    const { cvat, ask } = await start({ timing: { updateMs: 20 } });
    const { result, progress } = await cvat.ended(ask("thing", whole));
    const found: { frame: number }[] = result.annotations.shapes;
    expect([...new Set(found.map(({ frame }) => frame))]).toEqual([0, 2]);
    expect(progress.length).toBeGreaterThan(0);
    expect([...new Set(progress)].filter((share) => ![0, 0.5, 1].includes(share))).toEqual([]);
    expect(progress).toEqual([...progress].sort());
  });

  it("turns drawn rectangles into masks of their labels, or of the mapped one where theirs takes none", async () => {
    const { cvat, ask } = await start({ detect: "boxes" });
    const { result } = await cvat.ended(ask("thing", whole));
    expect(
      result.annotations.shapes.map(({ type, label_id, frame }: Record<string, unknown>) => [
        type,
        label_id,
        frame,
      ]),
    ).toEqual([
      ["mask", 3, 0],
      ["mask", 3, 0],
    ]);
    await using running = await startServer({ models: [model] });
    const image = frames[0]?.toString("base64");
    const answer = await readJson(
      await running.call("/v1/segment", { json: { image, objects: [{ box: BOX }] } }),
    );
    const mask = fromCvatMask(result.annotations.shapes[0].points, [160, 240]);
    expect(mask.toJSON().counts).toBe(answer.objects[0].masks[0].rle.counts);
    const part = await cvat.ended(ask("thing", { ...first, roi: [100, 0, 240, 160] }));
    const [shape] = part.result.annotations.shapes;
    const [x0, , x1] = fromCvatMask(shape.points, [160, 140]).box;
    expect([x0 >= 10, x1 <= 70]).toEqual([true, true]); // the box is at 20 to 60 of the part
  });

  it.each<[string, string, object, string]>([
    ["a label for masks", "point", first, "label point"],
    ["a label of the task", "other", first, "mapping"],
    ["a frame that is there", "thing", { ...first, frame: 9 }, "status 404"],
  ])("fails a request without %s", async (_, label, params, words) => {
    const { cvat, ask } = await start();
    const failed = await cvat.ended(ask(label, params));
    expect([failed.status, failed.error]).toEqual(["failed", expect.stringContaining(words)]);
  });

  it("lets clicks go first: at the beginning, and in the middle of a batch", async () => {
    const agent = await start({ create: [{ kind: "detector" }, { kind: "interactor" }] });
    const { cvat, ask } = agent;
    cvat.tasks.set(1, { frames: Array.from({ length: 4 }, () => frames[0] as Buffer), labels });
    const batch = ask("thing", whole);
    await until(
      () => batch.status === "running",
      () => batch.status,
    );
    const click = {
      type: "interact",
      task: 1,
      frame: 3,
      pos_points: [[140, 70]],
      neg_points: [],
      obj_bbox: [],
    };
    for (let index = 0; index < 3; index += 1) {
      const asked = await cvat.ended(cvat.ask("interactive", click, 8));
      expect([asked.status, batch.status]).toEqual(["completed", "running"]);
    }
    expect((await cvat.ended(batch)).result.annotations.shapes.length).toBeGreaterThan(4);
    await agent.stop();
    const waiting = [ask("thing", first), cvat.ask("interactive", click, 8)];
    const again = await startAgent({ functions: agent.functions.map(({ id }) => id), model }, cvat);
    const [later, sooner] = await Promise.all(waiting.map((each) => cvat.ended(each)));
    expect(sooner?.endedAt ?? 0).toBeLessThan(later?.acquiredAt ?? 0);
    await again.stop();
  });
});
