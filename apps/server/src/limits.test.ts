import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { photo, readJson, startServer } from "./__fixtures__/start.js";

const bytes = photo("groceries.jpg"); // 800 x 534
const image = bytes.toString("base64");
const objects = [{ points: [[480, 250]] }];

describe("limits", () => {
  it.each([
    ["bytes", { maxBodyBytes: 10_000 }, 413, "TOO_LARGE"],
    ["pixels", { maxPixels: 800 * 534 - 1 }, 413, "TOO_LARGE"],
    ["objects", { maxObjects: 1 }, 422, "INVALID_INPUT"],
    ["points", { maxPoints: 1 }, 422, "INVALID_INPUT"],
    ["time", { maxRequestMs: 1 }, 503, "UNAVAILABLE"],
  ])("of %s are answered with a problem", async (_, limits, status, code) => {
    await using running = await startServer(limits);
    const twice = [
      {
        points: [
          [480, 250],
          [481, 250],
        ],
      },
      ...objects,
    ];
    const response = await running.call("/v1/segment", { json: { image, objects: twice } });
    expect([response.status, (await readJson(response)).code]).toEqual([status, code]);
    expect((await running.call("/health")).status).toBe(200);
  });

  it("of forms are those of bodies", async () => {
    await using running = await startServer({ maxBodyBytes: 10_000 });
    const form = new FormData();
    form.set("image", new Blob([bytes]));
    const response = await running.call("/v1/embeddings", { method: "POST", body: form });
    expect([response.status, (await readJson(response)).code]).toEqual([413, "TOO_LARGE"]);
  });

  it("of a form's parts are told by their number", async () => {
    await using running = await startServer();
    const [files, fields] = [new FormData(), new FormData()];
    for (let index = 0; index < 9; index += 1) fields.append("model", "nano");
    for (let index = 0; index < 2; index += 1) files.append("image", new Blob([bytes]));
    for (const [form, expected] of [
      [files, "files of the form: expected at most 1, got more; send fewer"],
      [fields, "fields of the form: expected at most 8, got more; send fewer"],
    ] as const) {
      const response = await running.call("/v1/embeddings", { method: "POST", body: form });
      const { status, code, detail } = await readJson(response);
      expect([status, code, detail]).toEqual([413, "TOO_LARGE", expected]);
    }
  });

  it("of the queue are told at once, with the time to come again; the others are all answered", async () => {
    await using running = await startServer({ maxQueued: 2 });
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const body = Buffer.concat([bytes, Buffer.from([index])]); // another file each
        return running.call("/v1/embeddings", {
          method: "POST",
          body,
          headers: { "content-type": "image/jpeg" },
        });
      }),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(responses.filter(({ status }) => status === 200).length + refused.length).toBe(12);
    expect(refused.length).toBeGreaterThan(4);
    for (const response of refused) {
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await readJson(response)).code).toBe("RATE_LIMITED");
    }
  });

  it("of memory let the picture go that was used longest ago", async () => {
    await using running = await startServer({ maxMemoryBytes: 1 });
    const { id } = await readJson(await running.call("/v1/embeddings", { json: { image } }));
    expect((await running.call(`/v1/embeddings/${id}`)).status).toBe(404);
    expect(await running.metric('sam2_embedding_bytes{model="nano"}')).toBe(0);
  });
});

describe("clients that leave", () => {
  it("in the middle of an upload do no harm", async () => {
    await using running = await startServer();
    const { port } = new URL(running.address);
    for (const type of ["image/jpeg", "multipart/form-data; boundary=x", "application/json"]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), "127.0.0.1", () => {
          const head = `POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n`;
          socket.write(`${head}Content-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data`);
          setTimeout(() => socket.destroy(), 30);
        });
        socket.on("close", () => resolve()).on("error", () => undefined);
      });
    }
    expect((await running.call("/v1/embeddings", { json: { image } })).status).toBe(200);
  });

  it("while others wait for the same picture leave it to them", async () => {
    await using running = await startServer();
    const leaver = new AbortController();
    const left = running.call("/v1/segment", { json: { image, objects }, signal: leaver.signal });
    const stays = running.call("/v1/segment", { json: { image, objects } });
    setTimeout(() => leaver.abort(), 40);
    await left.catch(() => undefined);
    expect((await stays).status).toBe(200);
    expect(await running.metric('sam2_encodes_total{model="nano"}')).toBe(1);
  });
});

describe("bytes that are no HTTP", () => {
  it.each([
    [400, "HELO there\r\n\r\n"],
    [400, "POST /v1/segment HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"],
    [400, "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"],
    [431, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
  ])("are answered %i with a problem", async (status, bytes) => {
    await using running = await startServer();
    const socket = connect(Number(new URL(running.address).port), "127.0.0.1");
    socket.write(bytes);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, "s"));
    expect(JSON.parse(body).status).toBe(status);
  });
});

describe("a server that stops", () => {
  it("ends the work under way and takes no new one", async () => {
    const running = await startServer();
    const asked = running.call("/v1/segment", { json: { image, objects } });
    await expect.poll(() => running.server.services.queues.encodes.running).toBe(1);
    const closed = running.server.close();
    const late = await running.call("/v1/models");
    expect([late.status, late.headers.has("retry-after")]).toEqual([503, true]);
    expect((await running.call("/ready")).status).toBe(503);
    expect((await running.call("/health")).status).toBe(200);
    expect((await asked).status).toBe(200);
    await closed;
    await expect(running.call("/health")).rejects.toThrow();
  });
});
