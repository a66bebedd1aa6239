import { decompressRle, fromLabelStudioRle, Mask, rleIou } from "@sam2js/masks";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "../__fixtures__/start.js";
import { type StandIn, startHost } from "./__fixtures__/stand-in.js";

const [WIDTH, HEIGHT] = [800, 534]; // of groceries.jpg
const picture = photo("groceries.jpg");
const CONFIG = `<View>
  <Image name="image" value="$image" zoom="true"/>
  <KeyPointLabels name="points" toName="image" smart="true"><Label value="Bag"/><Label value="Can"/></KeyPointLabels>
  <RectangleLabels name="boxes" toName="image" smart="true"><Label value="Bag"/><Label value="Can"/></RectangleLabels>
  <BrushLabels name="masks" toName="image"><Label value="Bag" background="#FF0000"/><Label value="Can"/></BrushLabels>
</View>`;
const project = "1.1700000000";
const task = { id: 7, data: { image: "/data/upload/1/groceries.jpg" } };
const encodes = 'sam2_encodes_total{model="nano"}';

let studio: StandIn;
let running: RunningServer;

beforeAll(async () => {
  studio = await startHost((_, response, { headers }) => {
    if (headers.authorization === "Token legacy") response.end(picture);
    else response.writeHead(401).end();
  });
  running = await startServer({ labelStudio: { url: studio.url } });
  await setUp();
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await studio[Symbol.asyncDispose]();
});

function setUp(extra: object = {}) {
  const sent = {
    project,
    schema: CONFIG,
    hostname: "http://localhost:8080",
    access_token: "legacy",
    ...extra,
  };
  return running.call("/setup", { json: { extra_params: null, ...sent } });
}

async function predict(json: object) {
  const response = await running.call("/predict", {
    json: { tasks: [task], project, label_config: CONFIG, params: { context: null }, ...json },
  });
  const body = await readJson(response);
  expect([response.status, body]).toEqual([200, expect.anything()]);
  return body.results;
}

function point(x: number, y: number, isPositive = true, label = "Bag") {
  return {
    id: `${x}`,
    type: "keypointlabels",
    from_name: "points",
    to_name: "image",
    original_width: WIDTH,
    original_height: HEIGHT,
    image_rotation: 0,
    is_positive: isPositive,
    value: {
      x: (100 * x) / WIDTH,
      y: (100 * y) / HEIGHT,
      width: 0.3,
      keypointlabels: [label],
      labels: [label],
    },
  };
}

function box(x: number, y: number, width: number, height: number, rest: object = {}) {
  const value = { x: (100 * x) / WIDTH, y: (100 * y) / HEIGHT, width: (100 * width) / WIDTH };
  return {
    id: `b${x}`,
    type: "rectanglelabels",
    from_name: "boxes",
    to_name: "image",
    value: { ...value, height: (100 * height) / HEIGHT, rotation: 0, rectanglelabels: ["Can"], ...rest },
  };
}

const click = (...result: object[]) => predict({ params: { context: { result } } });

/** What the server itself answers, as pixels. */
async function segmented(objects: object[]): Promise<Mask[]> {
  const image = picture.toString("base64");
  const found = await readJson(await running.call("/v1/segment", { json: { image, objects } }));
  return found.objects.map(({ masks }: { masks: [{ rle: never }] }) => new Mask(decompressRle(masks[0].rle)));
}

const maskOf = (region: { value: { rle: number[] } }) =>
  new Mask(fromLabelStudioRle(region.value.rle, [HEIGHT, WIDTH]));

describe("Label Studio's set-up", () => {
  it("is answered with the model, and so are its other questions", async () => {
    expect(await readJson(await setUp())).toEqual({ model_version: "nano" });
    expect(await readJson(await running.call("/versions"))).toEqual({ versions: ["nano"] });
    expect(await readJson(await running.call("/health"))).toMatchObject({
      status: "UP",
      model_class: "sam2js",
    });
    const told = await running.call("/webhook", { json: { action: "ANNOTATION_CREATED", annotation: {} } });
    expect(told.status).toBe(201);
  });

  it.each([
    [{ schema: "<View><Text name='t' value='$text'/></View>" }, /an Image or Video/],
    [{ schema: "<View" }, /XML/],
    [{ extra_params: '{"output": "cube"}' }, /brush, bitmask/],
    [{ extra_params: { everything: 1 } }, /true or false/],
    [{ extra_params: { modl: "nano" } }, /modl/],
    [{ extra_params: { model: "large" } }, /nano/],
  ])("is refused where it cannot work: %j", async (extra, reason) => {
    const response = await setUp(extra);
    expect([404, 422]).toContain(response.status);
    expect((await readJson(response)).detail).toMatch(reason);
  });
});

describe("a click in Label Studio", () => {
  it("is answered with the mask of /v1/segment as a brush region, and the next one does not encode", async () => {
    const before = await running.metric(encodes);
    const [{ result, score, model_version }] = await click(point(480, 250));
    expect(result).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{8,}$/),
        from_name: "masks",
        to_name: "image",
        type: "brushlabels",
        original_width: WIDTH,
        original_height: HEIGHT,
        image_rotation: 0,
        score,
        readonly: false,
        value: { format: "rle", rle: expect.any(Array), brushlabels: ["Bag"] },
      },
    ]);
    expect(model_version).toBe("nano");
    const [expected] = await segmented([{ points: [[480, 250]] }]);
    expect(rleIou(maskOf(result[0]), expected as Mask)).toBe(1);
    const [more] = await click(point(480, 250), point(560, 250, false));
    const [refined] = await segmented([
      {
        points: [
          [480, 250],
          [560, 250],
        ],
        labels: [1, 0],
      },
    ]);
    expect(rleIou(maskOf(more.result[0]), refined as Mask)).toBe(1);
    expect((await running.metric(encodes)) - before).toBe(1);
  });

  it("takes boxes, turned ones by what they span, and each is an object of its own", async () => {
    const turned = box(520, 170, 180, 70, { rotation: 90 }); // around (520, 170): 450 to 520, 170 to 350
    const [{ result }] = await click(box(100, 100, 120, 200), turned);
    const expected = await segmented([{ box: [100, 100, 220, 300] }, { box: [450, 170, 520, 350] }]);
    expect(result.map(({ value }: { value: object }) => value)).toMatchObject([
      { brushlabels: ["Can"] },
      { brushlabels: ["Can"] },
    ]);
    for (const [i, mask] of expected.entries())
      expect(rleIou(maskOf(result[i]), mask)).toBeGreaterThan(0.999);
  });

  it("takes a brush stroke: its mask is the prompt", async () => {
    const [drawn] = await segmented([{ points: [[480, 250]] }]);
    const [{ result: first }] = await click(point(480, 250));
    const [{ result }] = await click({ ...first[0], id: "stroke" });
    const [expected] = await segmented([{ mask: drawn?.toJSON() }]);
    expect(rleIou(maskOf(result[0]), expected as Mask)).toBe(1);
  });

  it("that only says what is outside, or that was taken back, has no region", async () => {
    expect((await click(point(480, 250, false)))[0].result).toEqual([]);
    expect((await click())[0].result).toEqual([]);
  });
});

describe("regions of other controls", () => {
  const image = '<Image name="image" value="$image"/>';
  const points = '<KeyPointLabels name="points" toName="image"><Label value="Bag"/></KeyPointLabels>';
  const answer = async (controls: string, extra?: object) => {
    await setUp({ extra_params: extra });
    const context = { result: [point(480, 250)] };
    const label_config = `<View>${image}${points}${controls}</View>`;
    const [{ result }] = await predict({ label_config, params: { context } });
    await setUp();
    return result;
  };
  const both = `<PolygonLabels name="polygons" toName="image"><Label value="Bag"/></PolygonLabels>
    <BitmaskLabels name="bitmasks" toName="image"><Label value="Bag"/></BitmaskLabels>`;

  it("are polygons in percent, as near to the mask as asked for", async () => {
    const [ours] = await segmented([{ points: [[480, 250]] }]);
    const counts: number[] = [];
    for (const tolerance of [0, 3]) {
      const result = await answer(both, { tolerance });
      expect(result[0]).toMatchObject({
        type: "polygonlabels",
        from_name: "polygons",
        value: { closed: true },
      });
      const rings: number[][][] = result.map(({ value }: { value: { points: number[][] } }) => value.points);
      counts.push(rings.flat().length);
      const xs = rings.flat().map(([x = 0]) => (x * WIDTH) / 100);
      const [x0 = 0, , x1 = 0] = ours?.box ?? [];
      expect(Math.abs(Math.min(...xs) - x0)).toBeLessThan(tolerance + 12); // parts below a hundredth are left out
      expect(Math.max(...xs)).toBeLessThanOrEqual(x1 + 1 + tolerance);
    }
    expect(counts[1]).toBeLessThan((counts[0] ?? 0) / 4);
  });

  it("are bitmasks: black inside, transparent outside, in the picture's size", async () => {
    const [{ type, value }] = await answer(both, { output: "bitmask" });
    expect([type, value.bitmasklabels]).toEqual(["bitmasklabels", ["Bag"]]);
    const png = Buffer.from(value.imageDataURL.replace("data:image/png;base64,", ""), "base64");
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([WIDTH, HEIGHT, 4]);
    const inside = (await segmented([{ points: [[480, 250]] }]))[0]?.toBitmap().data ?? [];
    expect(data.every((byte, i) => byte === (i % 4 === 3 ? 255 * (inside[i >> 2] ?? 0) : 0))).toBe(true);
  });

  it("are a shape and its name, where Labels stand beside it", async () => {
    const result = await answer(
      '<Brush name="brush" toName="image"/><Labels name="names" toName="image"><Label value="Bag"/></Labels>',
    );
    const [shape, name] = result;
    expect([shape.type, shape.from_name, name.type, name.from_name, name.id]).toEqual([
      ...["brush", "brush", "labels", "names"],
      shape.id,
    ]);
    expect(name.value).toEqual({ ...shape.value, labels: ["Bag"] });
  });

  it("are boxes of masks where there is nothing else", async () => {
    const [{ value }] = await answer(
      '<RectangleLabels name="boxes" toName="image"><Label value="Bag"/></RectangleLabels>',
    );
    const [x0 = 0, , x1 = 0] = (await segmented([{ points: [[480, 250]] }]))[0]?.box ?? [];
    expect(value).toMatchObject({ rectanglelabels: ["Bag"], rotation: 0 });
    expect(value.x).toBeCloseTo((100 * x0) / WIDTH, 9);
    expect(value.width).toBeCloseTo((100 * (x1 + 1 - x0)) / WIDTH, 9);
  });

  it("say which image of a list they are of", async () => {
    const label_config = CONFIG.replace('value="$image"', 'valueList="$pages"');
    const tasks = [{ id: 1, data: { pages: ["/nowhere", "/data/upload/1/groceries.jpg"] } }];
    const context = { result: [{ ...point(480, 250), item_index: 1 }] };
    const [{ result }] = await predict({ tasks, label_config, params: { context } });
    expect(result[0].item_index).toBe(1);
  });
});

describe("pre-annotation", () => {
  it("makes masks of boxes in the newest prediction that has some, and of everything where that is wanted", async () => {
    const predictions = [
      { result: [box(450, 170, 70, 180)] },
      { result: [box(100, 100, 120, 200), point(1, 1)] },
    ];
    const tasks = [
      { ...task, predictions },
      { ...task, id: 8 },
    ];
    expect((await predict({ tasks }))[1]).toEqual([]); // who has points and boxes to draw is not covered in masks
    await setUp({ extra_params: { everything: true } });
    const results = await predict({ tasks });
    await setUp();
    const [expected] = await segmented([{ box: [100, 100, 220, 300] }]);
    expect(results[0].result).toHaveLength(1);
    expect(results[0].result[0].value.brushlabels).toEqual(["Can"]);
    expect(rleIou(maskOf(results[0].result[0]), expected as Mask)).toBeGreaterThan(0.999);
    expect(results[1].result.length).toBeGreaterThan(5);
    expect(results[1].result[0].value.brushlabels).toEqual(["Bag"]);
  });

  it("goes on where a task fails, and says why where all of them do", async () => {
    const missing = { id: 9, data: { other: "/data/a.jpg" } };
    const boxed = { ...task, predictions: [{ result: [box(450, 170, 70, 180)] }] };
    const [first, second] = await predict({ tasks: [missing, boxed] });
    expect([first, second.result.length]).toEqual([[], 1]);
    const alone = { tasks: [missing], project, label_config: CONFIG, params: {} };
    const response = await running.call("/predict", { json: alone });
    expect([response.status, (await readJson(response)).detail]).toEqual([
      422,
      expect.stringContaining("task.data.image"),
    ]);
  });
});

describe("a server without Label Studio", () => {
  it("has no routes for it", async () => {
    await using other = await startServer();
    expect((await other.call("/setup", { json: { project } })).status).toBe(404);
  });
});
