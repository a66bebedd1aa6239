import { once } from "node:events";
import { decompressRle, rleArea, rleIou } from "@sam2js/masks";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { photo, type RunningServer, readJson, startServer } from "../__fixtures__/start.js";
import type { VideoFrames } from "./video-sessions.js";

const [ANN, BEN] = ["a".repeat(32), "b".repeat(32)] as const;
const FRAMES = 5;
let frames: Buffer[];
let running: RunningServer;

/** A pan over a photo: in frame i everything is 8 i pixels further left. */
beforeAll(async () => {
  const wide = sharp(photo("groceries.jpg"));
  frames = await Promise.all(
    Array.from({ length: FRAMES }, (_, index) =>
      wide
        .clone()
        .extract({ left: 300 + 8 * index, top: 100, width: 320, height: 240 })
        .jpeg()
        .toBuffer(),
    ),
  );
  running = await startServer({
    tokens: [ANN, BEN],
    maxVideos: 2,
    maxFrames: 6,
    openVideo: async (): Promise<VideoFrames> => ({
      length: FRAMES,
      size: [240, 320],
      get: (index) => frames[index],
      close: async () => undefined,
    }),
  });
});
afterAll(() => running[Symbol.asyncDispose]());

function form(given: readonly Buffer[], session?: Uint8Array): FormData {
  const data = new FormData();
  for (const frame of given) data.append("frames", new Blob([new Uint8Array(frame)]), "f.jpg");
  if (session) data.set("session", new Blob([new Uint8Array(session)]));
  return data;
}

const open = async (body = form(frames)) => {
  const response = await running.call("/v1/videos", { method: "POST", body });
  return { status: response.status, video: await readJson(response) };
};
const close = (id: string) => running.call(`/v1/videos/${id}`, { method: "DELETE" });

/** A socket whose answers to a message can be awaited. */
async function connect(id: string, token: string = ANN, { address } = running) {
  const url = `${address.replace("http", "ws")}/v1/videos/${id}`;
  const socket = new WebSocket(url, ["sam2js", `bearer.${token}`]);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at as they come
  const seen: any[] = [];
  socket.on("message", (data) => seen.push(JSON.parse(String(data))));
  await once(socket, "open");
  let next = 1;
  const until = async (isEnough: () => boolean) => {
    while (!isEnough()) await once(socket, "message");
  };
  return {
    socket,
    seen,
    until,
    /** All answers to one message. */
    async ask(message: object) {
      const re = next++;
      socket.send(JSON.stringify({ id: re, ...message }));
      const own = () => seen.filter((answer) => answer.re === re);
      await until(() => own().some(({ type }) => type !== "masks"));
      return own();
    },
  };
}

const PROMPT = { type: "prompt", frame: 0, objects: [{ id: "bag", points: [[180, 150]] }] };

describe("videos", () => {
  it("follow an object, take corrections, and go on where they were saved", async () => {
    const { status, video } = await open();
    expect([status, video]).toEqual([
      201,
      expect.objectContaining({ model: "nano", size: [240, 320], frames: FRAMES, objects: [] }),
    ]);
    const { ask, socket } = await connect(video.id);
    const [masks, done] = await ask(PROMPT);
    expect([masks.type, masks.frame, done.type]).toEqual(["masks", 0, "done"]);
    const [{ id, rle, area }] = masks.objects;
    expect([id, rleArea(decompressRle(rle))]).toEqual(["bag", area]);
    const followed = await ask({ type: "propagate" });
    expect(followed.map(({ type, frame }) => frame ?? type)).toEqual([0, 1, 2, 3, 4, "done"]);
    const saved = new Uint8Array(await (await running.call(`/v1/videos/${video.id}/session`)).arrayBuffer());
    const state = await readJson(await running.call(`/v1/videos/${video.id}`));
    expect(state).toMatchObject({ objects: ["bag"], promptedFrames: [0] });

    const corrected = await ask({
      type: "prompt",
      frame: 2,
      objects: [{ id: "bag", box: [60, 40, 260, 220] }],
    });
    expect(corrected[0].frame).toBe(2);
    const swapped = await ask({
      type: "prompt",
      frame: 2,
      objects: [{ id: "bag", box: [260, 220, 60, 40] }],
    });
    expect(swapped[0].objects).toEqual(corrected[0].objects);
    expect((await ask({ type: "clear", object: "bag", frame: 2 }))[0].type).toBe("done");
    expect((await ask({ type: "remove", object: "bag" }))[0].type).toBe("done");
    expect((await ask({ type: "propagate" }))[0].problem.code).toMatch(/NO_OBJECTS|NO_CONDITIONING_FRAME/);
    socket.close();
    expect((await close(video.id)).status).toBe(204);

    const { video: again } = await open(form(frames, saved));
    expect(again.objects).toEqual(["bag"]);
    const second = await connect(again.id);
    const once = await second.ask({ type: "propagate", start: 0 });
    expect(rleIou(decompressRle(once[4].objects[0].rle), decompressRle(followed[4].objects[0].rle))).toBe(1);
    second.socket.close();
    await close(again.id);
  });

  it("stop a propagation when they are asked to", async () => {
    const { video } = await open();
    const { ask, seen, socket, until } = await connect(video.id);
    await ask(PROMPT);
    const going = ask({ type: "propagate", direction: "both" });
    await until(() => seen.filter(({ type }) => type === "masks").length >= 2);
    expect((await ask({ type: "propagate" }))[0].problem.detail).toContain("one at a time");
    await ask({ type: "cancel" });
    expect((await going).at(-1)).toMatchObject({ type: "done", cancelled: true });
    socket.close();
    await close(video.id);
  });

  it("answer what is not right with a problem, and go on", async () => {
    const { video } = await open();
    const { ask, socket, seen, until } = await connect(video.id);
    for (const message of [
      { type: "dance" },
      { type: "prompt", frame: 0, objects: [] },
      { type: "prompt", frame: 99, objects: [{ points: [[1, 1]] }] },
      { type: "prompt", frame: 0, objects: [{}] },
      { type: "prompt", frame: 0, objects: [{ mask: { size: [240, 320], counts: "~" } }] },
      { type: "remove", object: "nobody" },
      { ...PROMPT, more: 1 },
    ]) {
      socket.send(JSON.stringify(message));
    }
    socket.send("no JSON");
    await until(() => seen.length >= 8);
    for (const { type, problem } of seen) {
      expect(type).toBe("problem");
      expect(problem.status).toBeLessThan(500);
    }
    const good = { points: [[180, 150]] };
    const many = Array.from({ length: 64 }, (_, id) => ({ id, ...good }));
    for (const objects of [
      [good, { points: [[1, 1]], labels: [1, 0] }],
      [good, { id: 0, ...good }],
      [...many, good],
    ])
      expect((await ask({ type: "prompt", frame: 0, objects }))[0].type).toBe("problem");
    expect(await readJson(await running.call(`/v1/videos/${video.id}`))).toMatchObject({ objects: [] });
    expect((await ask(PROMPT)).at(-1).type).toBe("done");
    socket.close();
    await close(video.id);
  });

  it("are their tenant's alone, so many at a time, and as large as allowed", async () => {
    const { video } = await open();
    const asBen = { headers: { authorization: `Bearer ${BEN}` } };
    expect((await running.call(`/v1/videos/${video.id}`, asBen)).status).toBe(404);
    const stranger = await connect(video.id, BEN);
    const [code] = await once(stranger.socket, "close");
    expect(code).toBe(4404);
    await expect(connect(video.id, "c".repeat(32))).rejects.toThrow(/401/);
    const second = await open();
    expect((await open()).status).toBe(429);
    await close(second.video.id);
    for (const [status, body] of [
      [413, form([...frames, ...frames])],
      [422, form([Buffer.from("no picture")])],
      [422, form([])],
      [422, form(frames, new Uint8Array(3))],
    ] as const) {
      expect((await open(body)).status).toBe(status);
    }
    const watching = await connect(video.id);
    await close(video.id);
    expect((await once(watching.socket, "close"))[0]).toBe(1001);
  });

  it("may be files, where the program opens them", async () => {
    const data = new FormData();
    data.set("video", new Blob(["any"]));
    const { status, video } = await open(data);
    expect([status, video.frames]).toEqual([201, FRAMES]);
    const { ask, socket } = await connect(video.id);
    expect((await ask(PROMPT)).at(-1).type).toBe("done");
    socket.close();
    await close(video.id);
  });

  it("end with the server, also while they are followed", async () => {
    const other = await startServer({ tokens: [ANN], drainMs: 100 });
    const { id } = await readJson(await other.call("/v1/videos", { method: "POST", body: form(frames) }));
    const { ask, socket, seen, until } = await connect(id, ANN, other);
    await ask(PROMPT);
    socket.send(JSON.stringify({ type: "propagate", direction: "both" }));
    await until(() => seen.filter(({ type }) => type === "masks").length >= 2);
    const hung = once(socket, "close");
    await other.server.close();
    await hung;
  });

  it("are closed when nobody uses them", async () => {
    await using other = await startServer({ videoIdleMs: 50, maxVideos: 1 });
    const response = await other.call("/v1/videos", { method: "POST", body: form(frames) });
    const { id } = await readJson(response);
    // Asked rarely: who asks uses it.
    const status = async () => (await other.call(`/v1/videos/${id}`)).status;
    await expect.poll(status, { interval: 300 }).toBe(404);
  });
});
