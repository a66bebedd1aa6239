import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, readJson, startServer } from "../../__fixtures__/start.js";
import { type StandIn, startHost } from "../__fixtures__/stand-in.js";
import type { Keyframe } from "./sequence.js";

const COUNT = 8;
const [WIDTH, HEIGHT, STEP, CENTRE] = [320, 240, 8, 220];
const CONFIG = `<View><Labels name="names" toName="video"><Label value="Bag"/></Labels>
  <Video name="video" value="$video" framerate="25"/><VideoRectangle name="box" toName="video" smart="true"/></View>`;
const file = Buffer.from("a video, as far as this test knows");
const tasks = [{ id: 1, data: { video: "/data/upload/1/pan.mp4", fps: 50 } }];

let studio: StandIn;
let running: RunningServer;
/** Frames that were decoded, in order. */
let decoded: number[] = [];

/** An orange disc of radius 40 on green, which moves by 8 pixels a frame to the left, at 25 frames per second. */
beforeAll(async () => {
  const frames = await Promise.all(
    Array.from({ length: COUNT }, (_, index) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#385"/>
          <circle cx="${CENTRE - STEP * index}" cy="120" r="40" fill="#e80"/></svg>`,
        ),
      )
        .png()
        .toBuffer(),
    ),
  );
  studio = await startHost((_, response) => response.end(file));
  running = await startServer({
    labelStudio: { url: studio.url },
    openVideo: async () => ({
      length: COUNT,
      size: [HEIGHT, WIDTH],
      timeOf: (index) => index / 25,
      get: (index) => {
        decoded.push(index);
        return frames[index];
      },
      close: async () => undefined,
    }),
  });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await studio[Symbol.asyncDispose]();
});

/** A box that a user drew: around the disc in its first frame. */
function drawn(frame: number, left = CENTRE - 40): Omit<Keyframe, "tracked"> {
  const [x, y] = [(100 * left) / WIDTH, (100 * 80) / HEIGHT];
  return { frame, x, y, width: 25, height: (100 * 80) / HEIGHT, rotation: 0, enabled: true };
}

async function track(sequence: object[], { config = CONFIG, framesCount = 0 } = {}) {
  decoded = [];
  const region = {
    id: "track",
    type: "videorectangle",
    from_name: "box",
    to_name: "video",
    origin: "manual",
    value: { framesCount, duration: 0.32, sequence, labels: ["Bag"] },
  };
  const json = { tasks, project: "1", label_config: config, params: { context: { result: [region] } } };
  const response = await running.call("/predict", { json });
  const answer = await readJson(response);
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  const [result] = answer.results[0].result;
  expect(result).toMatchObject({
    ...region,
    value: { labels: ["Bag"], duration: 0.32, sequence: expect.any(Array) },
  });
  return result.value.sequence as Keyframe[];
}

describe("a box in a video", () => {
  it("is tracked to the end, and moves as the video does", async () => {
    const sequence = await track([drawn(1)]);
    expect(sequence.map(({ frame }) => frame)).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
    expect(sequence[0]).toEqual(drawn(1));
    for (const { frame, x, width } of sequence) {
      const [left, right] = [(x * WIDTH) / 100, ((x + width) * WIDTH) / 100];
      const centre = CENTRE - STEP * (frame - 1);
      expect(Math.abs(left - (centre - 40))).toBeLessThan(4);
      expect(Math.abs(right - (centre + 40))).toBeLessThan(4);
    }
    for (const { enabled, tracked } of sequence.slice(1))
      expect([enabled, typeof tracked]).toEqual([true, "string"]);
  });

  it("that was tracked to the end is left as it is", async () => {
    const sequence = await track([drawn(1)]);
    // The editor adds times, and its arithmetic may change last digits.
    const edited = sequence.map((each) => ({ ...each, x: each.x + 1e-9, time: each.frame / 25 }));
    const again = await track(edited);
    expect(decoded).toEqual([]);
    expect(again.map(({ tracked }) => tracked)).toEqual(sequence.map(({ tracked }) => tracked));
  });

  it("that was tracked up to a frame goes on behind it", async () => {
    const sequence = await track([drawn(1)]);
    const rest = await track(sequence.slice(0, 5));
    expect(rest.slice(0, 5)).toEqual(sequence.slice(0, 5));
    expect(rest.map(({ frame }) => frame)).toEqual(sequence.map(({ frame }) => frame));
  });

  it("that the user moves is tracked anew from there, and stays before", async () => {
    const sequence = await track([drawn(1)]);
    const moved = sequence.map((each) => (each.frame === 4 ? { ...each, ...drawn(4, CENTRE - 60) } : each));
    const corrected = await track(moved);
    expect(corrected.slice(0, 4)).toEqual(moved.slice(0, 4));
    expect(corrected).toHaveLength(COUNT);
    const [origins, before] = [corrected, sequence].map((each) => each.at(-1)?.tracked?.split(" ")[0]);
    expect(origins).not.toBe(before);
  });

  it("is counted by the editor's clock: at 50 frames per second each of the file's frames is two", async () => {
    const config = CONFIG.replace('"25"', '"$fps"');
    const sequence = await track([drawn(1)], { config, framesCount: 2 * COUNT });
    expect(sequence.map(({ frame }) => frame)).toEqual(Array.from({ length: 2 * COUNT }, (_, i) => i + 1));
    for (let i = 2; i + 1 < sequence.length; i += 2) expect(sequence[i]?.x).toBe(sequence[i + 1]?.x);
    expect(sequence[2]?.x).not.toBe(sequence[4]?.x);
  });

  it("without a box is a problem", async () => {
    const region = { type: "videorectangle", to_name: "video", value: { sequence: [] } };
    const params = { context: { result: [region] } };
    const response = await running.call("/predict", { json: { tasks, label_config: CONFIG, params } });
    expect([response.status, (await readJson(response)).detail]).toEqual([
      422,
      expect.stringContaining("boxes"),
    ]);
  });
});
