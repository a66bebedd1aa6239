import { fromCvatMask } from "@sam2js/masks";
import { beforeAll, describe, expect, it } from "vitest";
import { photo, readJson, startServer } from "../../__fixtures__/start.js";
import { StandInCvat, until } from "../__fixtures__/cvat-server.js";
import { startAgent } from "../__fixtures__/start-agent.js";
import { CvatError } from "../api/cvat-error.js";

const frame = photo("groceries.jpg");
const click = { type: "interact", task: 1, frame: 0, pos_points: [[480, 250]], neg_points: [], obj_bbox: [] };
const box = {
  ...click,
  pos_points: [],
  obj_bbox: [
    [450, 170],
    [520, 350],
  ],
};
const create = [{ kind: "interactor" }] as const;
const FRAMES = /GET \/api\/tasks\/1\/data\//;
const ACQUIRES = /acquire/;

/** So many turns of this process, which both sides share, without a question: none is on its way. */
const IDLE_TURNS = 15;

/** Waits until an agent is connected and has asked all that it asks by itself. */
async function rest(cvat: StandInCvat): Promise<void> {
  let before = -1;
  for (let idle = 0; idle < IDLE_TURNS; idle += 1) {
    const asked = cvat.count(ACQUIRES);
    if (asked !== before || cvat.streams === 0) idle = 0;
    before = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What the server answers to the same prompts, as run lengths. */
let expected: Record<"click" | "box", string>;
beforeAll(async () => {
  await using running = await startServer();
  const objects = [{ points: [[480, 250]] }, { box: [450, 170, 520, 350] }];
  const answer = await readJson(
    await running.call("/v1/segment", { json: { image: frame.toString("base64"), objects } }),
  );
  const [first, second] = answer.objects;
  expected = { click: first.masks[0].rle.counts, box: second.masks[0].rle.counts };
});

async function start(...args: Parameters<typeof startAgent>) {
  const agent = await startAgent(...args);
  agent.cvat.tasks.set(1, { frames: [frame, photo("truck.jpg")] });
  return agent;
}

// biome-ignore lint/suspicious/noExplicitAny: results are looked at as they come
const countsOf = ({ shapes }: any) => fromCvatMask(shapes[0].points, [534, 800]).toJSON().counts;

describe("the agent as an interactor", () => {
  it("registers itself, and answers clicks and boxes with the server's masks; a frame is fetched and encoded once", async () => {
    const { cvat, functions } = await start({ create: [{ kind: "interactor", name: "SAM" }] });
    expect(functions).toEqual([{ id: 7, kind: "interactor", isNew: true }]);
    expect(cvat.functions.get(7)).toMatchObject({
      provider: "native",
      name: "SAM",
      visibility: "private",
      min_pos_points: 0,
      min_neg_points: 0,
      startswith_box_optional: true,
    });
    const first = await cvat.ended(cvat.ask("interactive", click));
    expect(first.error).toBeUndefined();
    expect(first.result.shapes).toEqual([{ type: "mask", points: expect.any(Array), attributes: [] }]);
    expect(countsOf(first.result)).toBe(expected.click);
    const [again, boxed] = await Promise.all(
      [click, box].map((each) => cvat.ended(cvat.ask("interactive", each))),
    );
    expect(countsOf(again?.result)).toBe(expected.click);
    expect(countsOf(boxed?.result)).toBe(expected.box);
    expect(cvat.count(FRAMES)).toBe(1);
  });

  it("works on a part of a frame in the coordinates of the part", async () => {
    const { cvat } = await start({ create });
    const part = { ...click, pos_points: [[80, 150]], roi: [400, 100, 600, 400] };
    const { result } = await cvat.ended(cvat.ask("interactive", part));
    const mask = fromCvatMask(result.shapes[0].points, [300, 200]);
    expect(mask.area).toBeGreaterThan(100);
    expect((await cvat.ended(cvat.ask("interactive", { ...part, roi: [0, 0, 801, 10] }))).error).toContain(
      "roi",
    );
  });

  it.each<[string, object, string]>([
    ["points", { ...click, pos_points: [] }, "pos_points"],
    ["corners", { ...click, obj_bbox: [[1, 2]] }, "obj_bbox"],
    ["numbers", { ...click, pos_points: [["1", 2]] }, "interact/pos_points"],
    ["a frame that is there", { ...click, frame: 9 }, "status 404"],
    ["a type for interactors", { type: "track", task: 1, frame: 0, states: [] }, "interact"],
  ])("fails a request without %s, says why, and goes on", async (_, params, words) => {
    const { cvat } = await start({ create });
    const failed = await cvat.ended(cvat.ask("interactive", params as typeof click));
    expect([failed.status, failed.error]).toEqual(["failed", expect.stringContaining(words)]);
    expect((await cvat.ended(cvat.ask("interactive", click))).status).toBe("completed");
  });

  it("asks only once more after a request, and again when it is told of one", async () => {
    const { cvat } = await start({ create });
    await rest(cvat);
    const before = cvat.count(ACQUIRES);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(cvat.count(ACQUIRES)).toBe(before);
    await cvat.ended(cvat.ask("interactive", click));
    await rest(cvat);
    expect(cvat.count(ACQUIRES)).toBe(before + 2);
  });

  it("polls while there is no stream, and connects again when one was cut", async () => {
    const { cvat } = await start({ create });
    for (const how of ["break", "end"] as const) {
      await until(
        () => cvat.streams === 1,
        () => "not connected",
      );
      cvat.cutStreams(how);
      expect((await cvat.ended(cvat.ask("interactive", click))).status).toBe("completed");
    }
    await until(
      () => cvat.streams === 1,
      () => "not connected",
    );
    cvat.refuse(/watch/, 404, 1000);
    cvat.cutStreams("break");
    for (let index = 0; index < 3; index += 1) {
      expect((await cvat.ended(cvat.ask("interactive", click))).status).toBe("completed");
    }
  });

  it("obeys 429 and Retry-After, and sends a result again", async () => {
    const { cvat } = await start({ create });
    await rest(cvat);
    cvat.refuse(/acquire/, 429, 1, { "retry-after": "1" });
    cvat.refuse(/acquire/, 503, 2);
    cvat.refuse(/complete/, 429, 1, { "retry-after": new Date(Date.now() + 3000).toUTCString() });
    cvat.refuse(/complete/, 502, 2);
    const began = performance.now();
    const asked = await cvat.ended(cvat.ask("interactive", click));
    expect(countsOf(asked.result)).toBe(expected.click);
    expect((asked.acquiredAt ?? 0) - began).toBeGreaterThan(950);
    expect((asked.endedAt ?? 0) - began).toBeGreaterThan(1500); // the date has whole seconds
    expect(cvat.count(/complete/)).toBe(4);
  });

  it("gives a result up that CVAT refuses, and goes on", async () => {
    const { cvat } = await start({ create });
    cvat.refuse(/complete/, 400, 1);
    const failed = await cvat.ended(cvat.ask("interactive", click));
    expect([failed.status, failed.error]).toEqual(["failed", "CVAT answered the agent with status 400"]);
    expect((await cvat.ended(cvat.ask("interactive", click))).status).toBe("completed");
  });

  it("answers 1,000 requests", async () => {
    const { cvat } = await start({ create });
    const asked = Array.from({ length: 1000 }, (_, index) =>
      cvat.ask("interactive", index % 2 ? box : click),
    );
    await Promise.all(asked.map((each) => cvat.ended(each)));
    expect(asked.every(({ status }) => status === "completed")).toBe(true);
    // Equal answers are read once.
    const different = new Map(asked.map(({ result }) => [JSON.stringify(result), result]));
    expect([...different.values()].map(countsOf).sort()).toEqual([expected.click, expected.box].sort());
    expect(cvat.count(FRAMES)).toBe(1);
  });

  it("stops when it is told to, after what is under way", async () => {
    const { cvat, stop } = await start({ create });
    const asked = cvat.ask("interactive", click);
    await until(
      () => asked.status === "running",
      () => asked.status,
    );
    const late = cvat.ask("interactive", click);
    await stop();
    expect([asked.status, late.status]).toEqual(["completed", "queued"]);
    expect(cvat.streams).toBe(0);
  });

  it("leaves what takes too long to another agent", async () => {
    const { cvat, stop } = await start({ create, drainMs: 50 });
    cvat.refuse(/complete/, 503, 1000);
    const asked = cvat.ask("interactive", click);
    await until(
      () => cvat.count(/complete/) > 0,
      () => asked.status,
    );
    await stop();
    expect(asked.status).toBe("running");
    cvat.forgive();
    await start({ functions: [7] }, cvat);
    cvat.giveBack();
    expect(countsOf((await cvat.ended(asked)).result)).toBe(expected.click);
  });

  it("ends with an error when its function is gone, or it is not let in", async () => {
    const { cvat, ended } = await start({ create });
    cvat.functions.clear();
    cvat.cutStreams("end");
    await expect(ended).rejects.toThrow(CvatError);
    const other = await StandInCvat.start();
    await expect(startAgent({ create, token: "wrong" }, other)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
    await expect(startAgent({ functions: [3] }, other)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const id = other.addFunction({ provider: "huggingface", kind: "interactor" });
    await expect(startAgent({ functions: [id] }, other)).rejects.toThrow(/native/);
  });

  it("refuses options that make no sense", async () => {
    const other = await StandInCvat.start();
    await expect(startAgent({}, other)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(startAgent({ create, server: "cvat" }, other)).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(startAgent({ create, token: "" }, other)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(startAgent({ create, poll: 1 } as object, other)).rejects.toThrow(/poll/);
  });
});
