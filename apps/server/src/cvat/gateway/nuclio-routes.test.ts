import { Mask } from "@sam2js/masks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "../../__fixtures__/start.js";

const image = photo("groceries.jpg").toString("base64");
const click = { pos_points: [[480, 250]], neg_points: [], obj_bbox: null };

let running: RunningServer;
beforeAll(async () => {
  running = await startServer({ maxPoints: 8 });
});
afterAll(() => running[Symbol.asyncDispose]());

/** As CVAT's `LambdaGateway._invoke_via_dashboard` calls. */
const invoke = (body: object, name = "sam2js-nano") =>
  running.call("/api/function_invocations", {
    json: body,
    headers: {
      "x-nuclio-project-name": "cvat",
      "x-nuclio-function-namespace": "nuclio",
      "x-nuclio-invoke-via": "domain-name",
      "X-Nuclio-Invoke-Timeout": "120s",
      "x-nuclio-function-name": name,
      "x-nuclio-path": "/",
    },
  });

async function maskOf(response: Response): Promise<Mask> {
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  const { mask } = await readJson(response);
  const data = Uint8Array.from(mask.flat());
  return Mask.fromBitmap({ type: "uint8", data, dims: [mask.length, mask[0].length] });
}

describe("the gateway for CVAT", () => {
  it("lists functions with all that CVAT's LambdaFunction reads", async () => {
    const list = await readJson(await running.call("/api/functions"));
    const one = await readJson(await running.call("/api/functions/sam2js-nano"));
    expect(list).toEqual({ "sam2js-nano": one });
    const { metadata, spec, status } = one;
    expect(metadata.name).toMatch(/^[a-zA-Z0-9_.-]+$/); // what CVAT's routes take
    expect(spec.description.length).toBeGreaterThan(10);
    expect(status).toEqual({ state: "ready", httpPort: Number(new URL(running.address).port) });
    const { annotations } = metadata;
    expect(annotations).toMatchObject({ type: "interactor", spec: "" });
    expect(Number.parseInt(annotations.version, 10)).toBeGreaterThanOrEqual(2); // MIN_SUPPORTED_INTERACTOR_VERSION of CVAT's page
    expect(Object.values(annotations).every((value) => typeof value === "string")).toBe(true);
  });

  it("answers a click with the mask that the server's own route gives, and encodes once", async () => {
    const encodes = 'sam2_encodes_total{model="nano"}';
    const before = await running.metric(encodes);
    const mask = await maskOf(await invoke({ image, ...click }));
    const own = await readJson(
      await running.call("/v1/segment", { json: { image, objects: [{ points: [[480, 250]] }] } }),
    );
    expect(mask.toJSON().counts).toBe(own.objects[0].masks[0].rle.counts);
    const direct = await maskOf(await running.call("/", { json: { image, ...click } }));
    expect(direct.counts).toEqual(mask.counts);
    expect((await running.metric(encodes)) - before).toBe(1);
  });

  it("takes boxes, points outside, and boxes with points", async () => {
    const box = [
      [520, 350],
      [450, 170],
    ];
    const [boxed, refined, both] = await Promise.all([
      invoke({ image, pos_points: [], neg_points: [], obj_bbox: box }).then(maskOf),
      invoke({ image, pos_points: [[480, 250]], neg_points: [[200, 200]] }).then(maskOf),
      invoke({ image, pos_points: [[480, 250]], neg_points: null, obj_bbox: box }).then(maskOf),
    ]);
    const own = await readJson(
      await running.call("/v1/segment", {
        json: {
          image,
          objects: [
            { box: [450, 170, 520, 350] },
            {
              points: [
                [480, 250],
                [200, 200],
              ],
              labels: [1, 0],
            },
            { box: [450, 170, 520, 350], points: [[480, 250]] },
          ],
        },
      }),
    );
    for (const [index, mask] of [boxed, refined, both].entries()) {
      expect(mask.toJSON().counts).toBe(own.objects[index].masks[0].rle.counts);
    }
  });

  it.each<[number, string, object, string?]>([
    [404, "an unknown function", { image, ...click }, "sam2js-other"],
    [422, "no points", { image, pos_points: [], neg_points: [[1, 1]], obj_bbox: [] }],
    [422, "half a box", { image, pos_points: [], neg_points: [], obj_bbox: [[1, 1]] }],
    [422, "too many points", { image, pos_points: Array.from({ length: 9 }, () => [1, 1]), neg_points: [] }],
    [422, "text for a coordinate", { image, pos_points: [["1", 2]], neg_points: [] }],
    [422, "no picture", { image: "bm8gcGljdHVyZQ==", ...click }],
    [422, "no Base64", { image: "%", ...click }],
    [422, "a body without picture", { ...click }],
  ])("answers %i with a problem: %s", async (status, _, body, name) => {
    const response = await invoke(body, name);
    const problem = await readJson(response);
    expect([response.status, problem.status]).toEqual([status, status]);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  it("wants the function's name, and knows none that is not there", async () => {
    expect((await running.call("/api/function_invocations", { json: { image, ...click } })).status).toBe(422);
    expect((await running.call("/api/functions/other")).status).toBe(404);
  });

  it("takes the token as the password of an address, which is all that CVAT's settings can say", async () => {
    const token = "0123456789abcdef";
    await using guarded = await startServer({ tokens: [token] });
    const { host } = new URL(guarded.address);
    const ask = (authorization: string) =>
      fetch(`http://${host}/api/functions`, { headers: { authorization } });
    expect((await ask(`Basic ${btoa(`cvat:${token}`)}`)).status).toBe(200);
    expect((await ask(`Basic ${btoa("cvat:wrong-token-123456")}`)).status).toBe(401);
  });
});
