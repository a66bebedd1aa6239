import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@sam2js/core";
import { decompressRle, rleArea } from "@sam2js/masks";
import { createServer, type Server } from "@sam2js/server";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { type GenerateEvent, Sam2Client, ServerError, type WebSocketClass } from "./index.js";

const token = "a".repeat(32);
const image = new Uint8Array(
  readFileSync(new URL("../../../examples/images/groceries.jpg", import.meta.url)),
);
const bag = { id: "bag", points: [[480, 250]] as [number, number][] };
let server: Server;
let client: Sam2Client;

beforeAll(async () => {
  server = await createServer({ port: 0, logger: false, tokens: [token] });
  const baseUrl = await server.listen();
  client = new Sam2Client({ baseUrl, token, WebSocket: WebSocket as unknown as WebSocketClass });
  await server.services.engines.ready;
});
afterAll(() => server.close());

/** A server that answers as the test says. */
async function fake(listener: RequestListener): Promise<string> {
  const http = createHttpServer(listener).listen(0, "127.0.0.1");
  onTestFinished(() => void http.close());
  await new Promise((resolve) => http.once("listening", resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/behind/a/proxy/`;
}

describe("Sam2Client, before it asks", () => {
  const lone = new Sam2Client({ baseUrl: "http://127.0.0.1:9" });

  it("refuses what is no picture, whose letters would be sent", async () => {
    const path = "photo.jpg" as never;
    const message = /^image: expected the bytes of a file, or a Blob, got "photo\.jpg"; read the file first/;
    await expect(lone.encode(path)).rejects.toThrow(message);
    await expect(lone.encodeToBytes(path)).rejects.toThrow(message);
    await expect(lone.generate(path)).rejects.toThrow(message);
    await expect(lone.segment({ image: path }, { objects: [bag] })).rejects.toThrow(message);
  });

  it("refuses what is no question", async () => {
    for (const bad of [null, 5, {}]) {
      const answer = lone.segment(bad as never, { objects: [bag] });
      await expect(answer).rejects.toThrow(/^segment: expected \{ image \} or \{ embedding \}/);
    }
    await expect(lone.encode(image, null as never)).rejects.toThrow(InputError);
    await expect(lone.encodeToBytes(image, null as never)).rejects.toThrow(InputError);
    await expect(lone.readEmbedding("x", null as never)).rejects.toThrow(InputError);
  });
});

describe("Sam2Client, of the real server", () => {
  it("encodes once and segments by id and by picture", async () => {
    expect(await client.isReady()).toBe(true);
    const [model] = await client.models();
    expect(model).toMatchObject({ name: "nano", isDefault: true });
    const { id, size } = await client.encode(image);
    expect(size).toEqual([534, 800]);
    const byId = await client.segment({ embedding: id }, { objects: [bag] });
    const byPicture = await client.segment({ image: new Blob([image]) }, { objects: [bag] });
    expect(byPicture).toEqual({ ...byId, encoded: false });
    const [mask] = byId.objects[0]?.masks ?? [];
    expect(rleArea(decompressRle(mask?.rle ?? { size: [1, 1], counts: "" }))).toBe(mask?.area);
    const bytes = await client.readEmbedding(id, { precision: "q8" });
    expect(String.fromCharCode(...bytes.subarray(0, 4))).toBe("S2EM");
    await client.forget(id);
    const gone = client.segment({ embedding: id }, { objects: [bag] });
    await expect(gone).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
  });

  it("finds everything in a picture, at once or as it goes", async () => {
    const { masks } = await client.generate(image, { pointsPerCrop: 8 });
    const events: GenerateEvent[] = [];
    for await (const event of client.generateStream(image, { pointsPerCrop: 8 })) events.push(event);
    const last = events.at(-1);
    expect(last?.type === "done" && last.result.masks).toEqual(masks);
    expect(events.filter(({ type }) => type === "found").length).toBeGreaterThanOrEqual(masks.length);
    for await (const _ of client.generateStream(image, { pointsPerCrop: 64 })) break;
    await expect.poll(() => server.services.queues.jobs.running).toBe(0); // the job was cancelled
  });

  it("follows an object through a video, corrects it, and goes on with a saved session", async () => {
    const frames = [image, image, image];
    await using video = await client.openVideo({ frames });
    expect(video.info).toMatchObject({ frames: 3, size: [534, 800] });
    const prompted = await video.prompt(0, [bag]);
    expect(prompted.objects.map(({ id }) => id)).toEqual(["bag"]);
    const followed: number[] = [];
    for await (const { frame } of video.propagate()) followed.push(frame);
    expect(followed).toEqual([0, 1, 2]);
    for await (const _ of video.propagate()) break; // cancels
    await video.clear("bag", 0);
    const session = await video.save();
    await video.remove("bag");
    await video.reset();
    await expect(video.prompt(9, [bag])).rejects.toMatchObject({ code: "FRAME_OUT_OF_RANGE" });
    await using again = await client.openVideo({ frames, session });
    expect(again.info.objects).toEqual(["bag"]);
  });

  it("tells what the server refuses, with its code and the request's id", async () => {
    const wrong = client.segment({ image: new Uint8Array([1]) }, { objects: [bag] });
    await expect(wrong).rejects.toSatisfy(
      (error) => ServerError.isInstance(error) && error.requestId !== undefined,
    );
    await expect(wrong).rejects.toMatchObject({ code: "INVALID_IMAGE", status: 422 });
    const { origin } = new URL(await server.app.listeningOrigin);
    const stranger = new Sam2Client({ baseUrl: origin });
    await expect(stranger.models()).rejects.toMatchObject({ code: "ACCESS_DENIED", status: 401 });
    await expect(client.models({ signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    expect(() => new Sam2Client({ baseUrl: "ftp://x" })).toThrow(/baseUrl/);
    expect(() => new Sam2Client({ baseUrl: origin, tokens: 1 } as never)).toThrow(/tokens/);
    await expect(client.openVideo({})).rejects.toThrow(/neither/);
  });
});

describe("Sam2Client", () => {
  it("comes again when it is asked to, and gives up after that", async () => {
    let asked = 0;
    const baseUrl = await fake((request, response) => {
      asked += 1;
      expect(request.url).toBe("/behind/a/proxy/v1/models");
      if (asked % 3 !== 0) response.writeHead(429, { "retry-after": "0" }).end();
      else response.end(JSON.stringify({ models: [] }));
    });
    expect(await new Sam2Client({ baseUrl }).models()).toEqual([]);
    expect(asked).toBe(3);
    await expect(new Sam2Client({ baseUrl, retries: 0 }).models()).rejects.toMatchObject({ status: 429 });
    expect(await new Sam2Client({ baseUrl: "http://127.0.0.1:9" }).isReady()).toBe(false);
  });

  it("takes a stream of events up where it broke off", async () => {
    const seen: (string | undefined)[] = [];
    const event = (id: number, type: string, data: object) =>
      `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    const baseUrl = await fake((request, response) => {
      request.resume();
      const after = request.headers["last-event-id"] as string | undefined;
      seen.push(after);
      const head = { "content-type": "text/event-stream", location: "/v1/generate/7" };
      response.writeHead(200, head);
      if (after === undefined) {
        response.write(event(1, "progress", { done: 1, total: 2 }));
        setTimeout(() => response.destroy(), 20);
      } else {
        response.end(`: still at work\n\n${event(2, "done", { masks: [] })}`);
      }
    });
    const events: GenerateEvent[] = [];
    for await (const each of new Sam2Client({ baseUrl }).generateStream(image)) events.push(each);
    expect(events).toEqual([
      { type: "progress", done: 1, total: 2 },
      { type: "done", result: { masks: [] } },
    ]);
    expect(seen).toEqual([undefined, "1"]);
  });
});
