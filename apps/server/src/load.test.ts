import { once } from "node:events";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { photo, readJson, startServer } from "./__fixtures__/start.js";

const bytes = photo("groceries.jpg");
const picture = (name: string) => Buffer.concat([bytes, Buffer.from(name)]);
const objects = [{ points: [[480, 250]] }];
/** How long tenants work beside each other: a minute says more, when somebody waits for it. */
const TENANT_SECONDS = Number(process.env.SAM2JS_TENANT_SECONDS ?? 3);
/** So many of another tenant's things are asked for in a turn. */
const MOST_OTHERS = 8;

it("a thousand idle sockets keep nobody from an answer, and the server from no end", async () => {
  const running = await startServer();
  const form = new FormData();
  form.append("frames", new Blob([new Uint8Array(bytes)]));
  const { id } = await readJson(await running.call("/v1/videos", { method: "POST", body: form }));
  const url = `${running.address.replace("http", "ws")}/v1/videos/${id}`;
  const sockets: WebSocket[] = [];
  for (let hundred = 0; hundred < 10; hundred++) {
    const batch = Array.from({ length: 100 }, () => new WebSocket(url));
    await Promise.all(batch.map((socket) => once(socket, "open")));
    sockets.push(...batch);
  }
  const image = bytes.toString("base64");
  expect((await running.call("/v1/segment", { json: { image, objects } })).status).toBe(200);
  const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
  await running.server.close();
  await closed;
});

it("two tenants at the same time see nothing of each other, whatever they ask", {
  timeout: 1000 * TENANT_SECONDS + 300_000,
}, async () => {
  const tokens = ["a".repeat(32), "b".repeat(32)] as const;
  await using running = await startServer({ tokens, maxQueued: 1000 });
  /** Paths of embeddings, videos and jobs. */
  const seen = new Map(tokens.map((token) => [token, new Set<string>()]));
  const leaks: string[] = [];
  let asked = 0;
  const until = performance.now() + 1000 * TENANT_SECONDS;
  const work = tokens.map(async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    const own = seen.get(token) as Set<string>;
    const others = tokens.filter((other) => other !== token).map((other) => seen.get(other) as Set<string>);
    const form = new FormData();
    form.append("frames", new Blob([new Uint8Array(bytes)]));
    const video = await readJson(await running.call("/v1/videos", { method: "POST", body: form, headers }));
    own.add(`/v1/videos/${video.id}`);
    for (let turn = 0; performance.now() < until; turn++) {
      const body = picture(`${token} ${turn % 5}`);
      const sent = { method: "POST", body, headers: { ...headers, "content-type": "image/jpeg" } };
      const { id } = await readJson(await running.call("/v1/embeddings", sent));
      own.add(`/v1/embeddings/${id}`);
      const clicked = await running.call("/v1/segment", { json: { embedding: id, objects }, headers });
      if (clicked.status !== 200) leaks.push(`own ${clicked.status}`);
      if (turn % 5 === 0) {
        const json = { image: bytes.toString("base64"), pointsPerCrop: 2 };
        own.add((await running.call("/v1/generate", { json, headers })).headers.get("location") ?? "no job");
      }
      for (const other of others.flatMap((paths) => [...paths].slice(-MOST_OTHERS))) {
        const response = await running.call(other, { headers });
        await response.arrayBuffer();
        asked += 1;
        if (response.status !== 404) leaks.push(`${other}: ${response.status}`);
      }
    }
  });
  await Promise.all(work);
  console.log(
    `${TENANT_SECONDS} s: ${asked} requests for what is another tenant's, ${leaks.length} answered`,
  );
  expect(leaks).toEqual([]);
  for (const paths of seen.values()) expect(paths.size).toBeGreaterThan(1);
});
