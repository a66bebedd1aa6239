import { beforeAll, describe, expect, it } from "vitest";
import { photo } from "../__fixtures__/start.js";
import { createNative, installCvatCli, runGenuineAgent } from "./__fixtures__/cvat-cli.js";
import { StandInCvat, until } from "./__fixtures__/cvat-server.js";
import { startAgent } from "./__fixtures__/start-agent.js";

let excuse: string | undefined;
beforeAll(async () => {
  excuse = await installCvatCli();
  if (excuse) console.warn(excuse);
}, 900_000);

const click = { type: "interact", task: 1, frame: 1, pos_points: [[480, 250]], neg_points: [], obj_bbox: [] };

/** CVAT's stand-in with a task of three frames, and the genuine agent at work. */
async function start(kind: string) {
  const cvat = await StandInCvat.start();
  const labels = [{ id: 5, name: "car", type: "any" }];
  cvat.tasks.set(1, {
    frames: ["truck", "groceries", "cars"].map((name) => photo(`${name}.jpg` as "cars.jpg")),
    labels,
    deleted: [0],
  });
  const id = await createNative(cvat.address, kind);
  const agent = runGenuineAgent(cvat.address, id, kind);
  await until(
    () => cvat.streams > 0 && cvat.count(/acquire/) >= 2,
    () => agent.text,
  );
  return { cvat, agent, id };
}

describe("the genuine cvat-cli finds in the stand-in what it finds in CVAT", () => {
  it("an interactor", async ({ skip }) => {
    if (excuse) skip(excuse);
    const { cvat, agent, id } = await start("interactor");
    expect(cvat.functions.get(id)).toMatchObject({
      provider: "native",
      visibility: "private",
      kind: "interactor",
      min_pos_points: 0,
      min_neg_points: 0,
      startswith_box_optional: true,
    });
    const whole = await cvat.ended(cvat.ask("interactive", click));
    expect([whole.error, whole.result, agent.text]).toEqual([
      undefined,
      { shapes: [{ type: "mask", points: [0, 800 * 534, 0, 0, 799, 533], attributes: [] }] },
      expect.any(String),
    ]);
    const boxed = await cvat.ended(
      cvat.ask("interactive", {
        ...click,
        obj_bbox: [
          [10, 20],
          [14, 22],
        ],
        roi: [100, 100, 200, 200],
      }),
    );
    expect(boxed.result.shapes[0].points).toEqual([0, 8, 10, 20, 13, 21]);
    expect((await cvat.ended(cvat.ask("interactive", { ...click, frame: 0 }))).error).toContain(
      "does not exist",
    );
    cvat.cutStreams("end");
    await until(
      () => cvat.streams > 0,
      () => agent.text,
    );
    expect((await cvat.ended(cvat.ask("interactive", click))).status).toBe("completed");
  });

  it("a tracker", async ({ skip }) => {
    if (excuse) skip(excuse);
    const { cvat, id } = await start("tracker");
    expect(cvat.functions.get(id)).toMatchObject({ supported_shape_types: ["mask", "polygon", "rectangle"] });
    const shape = { type: "rectangle", points: [10, 20, 30, 40] };
    const begun = await cvat.ended(
      cvat.ask("interactive", { type: "init_tracking", task: 1, frame: 1, shapes: [shape] }),
    );
    const { states } = begun.result;
    const tracked = await cvat.ended(cvat.ask("interactive", { type: "track", task: 1, frame: 2, states }));
    expect(tracked.error).toContain("Image sizes"); // of these two photos they differ
    const again = await cvat.ended(cvat.ask("interactive", { type: "track", task: 1, frame: 1, states }));
    expect(again.result).toEqual({ states, shapes: [shape] });
  });

  it("a detector", async ({ skip }) => {
    if (excuse) skip(excuse);
    const { cvat, id } = await start("detector");
    expect(cvat.functions.get(id)?.labels_v2).toEqual([{ name: "object", type: "unknown", attributes: [] }]);
    const how = { mapping: { object: { name: "car" } }, threshold: 0.5, conv_mask_to_poly: false };
    const one = await cvat.ended(cvat.ask("batch", { type: "annotate_frame", task: 1, frame: 1, ...how }));
    expect(one.error).toBeUndefined();
    expect(one.result.annotations.shapes).toEqual([
      expect.objectContaining({ type: "rectangle", frame: 1, label_id: 5, points: [0, 0, 800, 534] }),
    ]);
    const all = await cvat.ended(cvat.ask("batch", { type: "annotate_task", task: 1, ...how }));
    expect(all.result.annotations.shapes.map(({ frame }: { frame: number }) => frame)).toEqual([1, 2]);
  });

  it("what our agent registers, and ours finds what it registers", async ({ skip }) => {
    if (excuse) skip(excuse);
    const kinds = ["interactor", "tracker", "detector"] as const;
    const ours = await startAgent({ create: kinds.map((kind) => ({ kind })) });
    const { cvat, functions } = ours;
    await ours.stop();
    const agents = functions.map(({ id, kind }) => runGenuineAgent(cvat.address, id, kind));
    await until(
      () => cvat.streams === 3,
      () => agents.map(({ text }) => text).join("\n"),
    );
    cvat.tasks.set(1, { frames: [photo("truck.jpg"), photo("groceries.jpg")] });
    const id = await createNative(cvat.address, "interactor");
    await startAgent({ functions: [id] }, cvat);
    const { result } = await cvat.ended(cvat.ask("interactive", click, id));
    expect(result.shapes).toEqual([{ type: "mask", points: expect.any(Array), attributes: [] }]);
  });
});
