import { decompressRle, rleArea } from "@sam2js/masks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "./__fixtures__/start.js";

const [ANN, BEN] = ["a".repeat(32), "b".repeat(32)] as const;
const image = photo("groceries.jpg").toString("base64");
const request = { image, pointsPerCrop: 8 };
const events = { accept: "text/event-stream" };
let running: RunningServer;

beforeAll(async () => {
  running = await startServer({ tokens: [ANN, BEN], maxQueued: 1 });
});
afterAll(() => running[Symbol.asyncDispose]());

interface ServerEvent {
  readonly id: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at as they come
  readonly data: any;
}

/** The events of a whole stream; `enough` ends it early. */
async function read(response: Response, enough: (seen: readonly ServerEvent[]) => boolean = () => false) {
  const seen: ServerEvent[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      if (event) seen.push({ id: Number(id), event, data: JSON.parse(data ?? "") });
      text = text.slice(end + 2);
      if (enough(seen)) return seen;
    }
  }
  return seen;
}

describe("POST /v1/generate", () => {
  it("answers with all masks, in several forms", async () => {
    const response = await running.call("/v1/generate", { json: request });
    const { masks, size, model } = await readJson(response);
    expect([response.status, size, model]).toEqual([200, [534, 800], "nano"]);
    expect(masks.length).toBeGreaterThan(1);
    for (const { rle, area } of masks) expect(rleArea(decompressRle(rle))).toBe(area);
    const coco = await readJson(await running.call("/v1/generate", { json: { ...request, output: "coco" } }));
    expect(coco.coco.annotations).toHaveLength(masks.length);
    const form = new FormData();
    form.set("image", new Blob([Buffer.from(image, "base64")]));
    form.set("request", JSON.stringify({ pointsPerCrop: 8, output: "polygons" }));
    const formed = await readJson(await running.call("/v1/generate", { method: "POST", body: form }));
    expect(formed.masks).toHaveLength(masks.length);
    expect(formed.masks[0].polygons.length).toBeGreaterThan(0);
  });

  it("streams masks as they are found, and goes on after any event", async () => {
    const response = await running.call("/v1/generate", { json: request, headers: events });
    const location = response.headers.get("location") ?? "";
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const first = await read(response, (seen) => seen.some(({ event }) => event === "found"));
    const after = first.at(-1)?.id ?? 0;
    const rest = await read(await running.call(location, { headers: { "last-event-id": `${after}` } }));
    const all = [...first, ...rest];
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    expect(all.at(-1)).toMatchObject({ event: "done", data: { size: [534, 800] } });
    expect(all.filter(({ event }) => event === "found").length).toBeGreaterThanOrEqual(
      all.at(-1)?.data.masks.length,
    );
    expect(await read(await running.call(location))).toEqual(all);
  });

  it("shows a job to nobody else, and cancels it for its owner", async () => {
    const response = await running.call("/v1/generate", {
      json: { ...request, pointsPerCrop: 64 },
      headers: events,
    });
    const location = response.headers.get("location") ?? "";
    const asBen = { headers: { authorization: `Bearer ${BEN}` } };
    expect((await running.call(location, asBen)).status).toBe(404);
    expect((await running.call(location, { method: "DELETE", ...asBen })).status).toBe(404);
    expect((await running.call(location, { method: "DELETE" })).status).toBe(204);
    const last = (await read(response)).at(-1);
    expect(last).toMatchObject({ event: "problem", data: { code: "UNAVAILABLE", detail: /cancelled/ } });
    await expect.poll(() => running.server.services.queues.jobs.running).toBe(0);
  });

  it("ends the work of a client that hangs up, and refuses more than fits", async () => {
    const long = { ...request, pointsPerCrop: 64 };
    const leaver = new AbortController();
    const left = running.call("/v1/generate", { json: long, signal: leaver.signal });
    const { jobs } = running.server.services.queues;
    await expect.poll(() => jobs.running).toBe(1);
    const waits = running.call("/v1/generate", { json: { ...request, pointsPerCrop: 1 } });
    await expect.poll(() => jobs.waiting).toBe(1);
    const refused = await running.call("/v1/generate", { json: long, headers: events });
    expect([refused.status, refused.headers.has("retry-after")]).toEqual([429, true]);
    leaver.abort();
    await expect(left).rejects.toThrow();
    expect((await waits).status).toBe(200);
  });

  it.each([
    [422, { ...request, pointsPerCrop: 0 }],
    [422, { ...request, points_per_crop: 8 }],
    [422, { ...request, output: "logits" }],
    [422, { image: "bm8gcGljdHVyZQ==" }],
    [404, { ...request, model: "other" }],
  ])("answers %i with a problem where the request is not right", async (status, json) => {
    const response = await running.call("/v1/generate", { json });
    expect([response.status, (await readJson(response)).status]).toEqual([status, status]);
  });
});
