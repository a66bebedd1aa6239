import { ImageEmbeddings } from "@sam2js/embeddings";
import { decompressRle, rleArea, rleBox } from "@sam2js/masks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "./__fixtures__/start.js";

const image = photo("groceries.jpg"); // 800 x 534
const base64 = image.toString("base64");
const encodes = 'sam2_encodes_total{model="nano"}';
const click = { id: "bag", points: [[480, 250]] };
let running: RunningServer;

beforeAll(async () => {
  running = await startServer();
});
afterAll(() => running[Symbol.asyncDispose]());

function form(request?: unknown): FormData {
  const data = new FormData();
  data.set("image", new Blob([image], { type: "image/jpeg" }), "a.jpg");
  if (request) data.set("request", request === "half" ? "{" : JSON.stringify(request));
  return data;
}

describe("the server", () => {
  it("tells its state and its models", async () => {
    expect(await readJson(await running.call("/health"))).toEqual({ status: "UP", model_class: "sam2js" });
    expect((await running.call("/ready")).status).toBe(200);
    const { models } = await readJson(await running.call("/v1/models"));
    expect(models).toEqual([
      expect.objectContaining({ name: "nano", isDefault: true, imageSize: expect.any(Number) }),
    ]);
    const openapi = await readJson(await running.call("/openapi.json"));
    expect(openapi.openapi).toBe("3.1.0");
    expect(Object.keys(openapi.paths)).toContain("/v1/segment");
    expect((await running.call("/docs")).status).toBe(200);
  });

  it("encodes a picture once, however it is sent and whatever is asked of it", async () => {
    const before = await running.metric(encodes);
    const first = await readJson(await running.call("/v1/embeddings", { json: { image: base64 } }));
    expect(first).toMatchObject({ model: "nano", size: [534, 800], encoded: true });
    const bare = await running.call("/v1/embeddings", {
      method: "POST",
      body: image,
      headers: { "content-type": "image/jpeg" },
    });
    expect(await bare.json()).toEqual({ ...first, encoded: false });
    const formed = await running.call("/v1/embeddings", { method: "POST", body: form() });
    expect(await formed.json()).toEqual({ ...first, encoded: false });
    const byId = await readJson(
      await running.call("/v1/segment", { json: { embedding: first.id, objects: [click] } }),
    );
    const byPicture = await readJson(
      await running.call("/v1/segment", { json: { image: base64, objects: [click] } }),
    );
    expect(byPicture).toEqual(byId);
    const byForm = await running.call("/v1/segment", { method: "POST", body: form({ objects: [click] }) });
    expect(await byForm.json()).toEqual(byId);
    expect((await running.metric(encodes)) - before).toBe(1);
  });

  it("segments points, boxes, masks and several objects, in every output", async () => {
    const ask = async (request: object) => {
      const response = await running.call("/v1/segment", { json: { image: base64, ...request } });
      expect([response.status, await response.clone().text()]).toEqual([200, expect.any(String)]);
      return readJson(response);
    };
    const { objects } = await ask({ objects: [click, { box: [450, 170, 520, 350] }] });
    expect(objects.map(({ id }: { id: unknown }) => id)).toEqual(["bag", 1]);
    const [{ rle, area, box, score }] = objects[1].masks;
    expect(rleArea(decompressRle(rle))).toBe(area);
    expect(rleBox(decompressRle(rle))).toEqual(box);
    const swapped = await ask({ objects: [{ id: 1, box: [520, 350, 450, 170] }] });
    expect(swapped.objects).toEqual(objects.slice(1));
    expect(score).toBeGreaterThan(0);
    const refined = await ask({ objects: [{ mask: rle, points: [[480, 250]] }], multimask: true });
    expect(refined.objects[0].masks).toHaveLength(3);
    const { coco } = await ask({ objects: [click], output: "coco" });
    expect(coco.annotations[0].segmentation.size).toEqual([534, 800]);
    const polygons = await ask({ objects: [click], output: "polygons", tolerance: 2 });
    expect(polygons.objects[0].masks[0].polygons[0].outer.length).toBeGreaterThan(6);
    const png = await ask({ objects: [click], output: "png" });
    expect(Buffer.from(png.objects[0].masks[0].png, "base64").subarray(1, 4).toString()).toBe("PNG");
    const { dims, data } = (await ask({ objects: [click], output: "logits" })).objects[0].masks[0].logits;
    expect(Buffer.from(data, "base64").length).toBe(4 * dims[0] * dims[1]);
  });

  it("hands embeddings out as bytes, whole, in parts, and not again", async () => {
    const posted = await running.call("/v1/embeddings?include=bytes&precision=f16", {
      method: "POST",
      body: form(),
    });
    const bytes = new Uint8Array(await posted.arrayBuffer());
    expect(ImageEmbeddings.deserialize(bytes).picture?.size).toEqual([534, 800]);
    const id = posted.headers.get("x-embedding-id");
    const path = `/v1/embeddings/${id}?precision=f16`;
    const whole = await running.call(path);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const etag = whole.headers.get("etag") ?? "";
    expect((await running.call(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    const part = await running.call(path, { headers: { range: "bytes=4-7" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 4-7/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(4, 8))).toBe(true);
    expect((await running.call(path, { headers: { range: "bytes=999999999-" } })).status).toBe(416);
    expect((await running.call(`/v1/embeddings/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await running.call(path)).status).toBe(404);
  });

  const wrong: [number, string, string, RequestInit & { json?: unknown }][] = [
    [404, "no route", "/nowhere", {}],
    [404, "an unknown embedding", "/v1/segment", { json: { embedding: "0".repeat(64), objects: [click] } }],
    [404, "an unknown model", "/v1/segment", { json: { image: base64, model: "other", objects: [click] } }],
    [
      400,
      "half a JSON",
      "/v1/segment",
      { method: "POST", body: "{", headers: { "content-type": "application/json" } },
    ],
    [
      415,
      "plain text",
      "/v1/segment",
      { method: "POST", body: "x", headers: { "content-type": "text/plain" } },
    ],
    [422, "no objects", "/v1/segment", { json: { image: base64, objects: [] } }],
    [422, "an object without prompts", "/v1/segment", { json: { image: base64, objects: [{}] } }],
    [422, "two objects of one id", "/v1/segment", { json: { image: base64, objects: [click, click] } }],
    [
      422,
      "an id that is the place of another object",
      "/v1/segment",
      { json: { image: base64, objects: [{ ...click, id: 1 }, { points: [[480, 250]] }] } },
    ],
    [
      422,
      "a coordinate that is text",
      "/v1/segment",
      { json: { image: base64, objects: [{ points: [[1, "2"]] }] } },
    ],
    [
      422,
      "an unknown option",
      "/v1/segment",
      { json: { image: base64, objects: [click], multi_mask: true } },
    ],
    [422, "no picture", "/v1/segment", { json: { image: "bm8gcGljdHVyZQ==", objects: [click] } }],
    [422, "no Base64", "/v1/segment", { json: { image: "%", objects: [click] } }],
    [422, "neither picture nor id", "/v1/segment", { json: { objects: [click] } }],
    [422, "an array", "/v1/segment", { json: [] }],
    [
      422,
      "a mask of another size",
      "/v1/segment",
      { json: { image: base64, objects: [{ mask: { size: [2, 2], counts: "04" } }] } },
    ],
    [
      422,
      "a mask that is none",
      "/v1/segment",
      { json: { image: base64, objects: [{ mask: { size: [534, 800], counts: "~" } }] } },
    ],
    [
      422,
      "labels that do not fit",
      "/v1/segment",
      { json: { image: base64, objects: [{ points: [[1, 2]], labels: [1, 0] }] } },
    ],
    [422, "a form without a request", "/v1/segment", { method: "POST", body: form() }],
    [400, "a form with half a JSON", "/v1/segment", { method: "POST", body: form("half") }],
    [422, "a form with a wrong request", "/v1/segment", { method: "POST", body: form({ objects: [] }) }],
    [422, "an unknown precision", "/v1/embeddings?precision=f8", { method: "POST", body: form() }],
    [422, "no body", "/v1/embeddings", { method: "POST" }],
    [
      400,
      "an empty body",
      "/v1/embeddings",
      { method: "POST", body: "", headers: { "content-type": "application/json" } },
    ],
    [
      400,
      "a form without a boundary",
      "/v1/segment",
      { method: "POST", body: "x", headers: { "content-type": "multipart/form-data" } },
    ],
    [405, "a method that a route does not have", "/v1/segment", {}],
    [422, "a video of nothing", "/v1/videos", { method: "POST" }],
    [422, "everything in an empty picture", "/v1/generate", { json: { image: "h" } }],
    [422, "an empty picture", "/v1/segment", { json: { image: "h", objects: [click] } }],
    [422, "an id that is none", "/v1/embeddings/abc", {}],
  ];
  it.each(wrong)("answers %i with a problem: %s", async (status, _, path, init) => {
    const response = await running.call(path, init);
    const problem = await readJson(response);
    expect([response.status, problem]).toEqual([status, expect.objectContaining({ status })]);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(problem.instance).toBe(response.headers.get("x-request-id"));
    expect(problem.code).toMatch(/^[A-Z_]+$/);
    expect(problem.detail.length).toBeGreaterThan(10);
  });
});
