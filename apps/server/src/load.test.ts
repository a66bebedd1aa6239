import { once } from "node:events";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { photo, readJson, startServer } from "./__fixtures__/start.js";

const bytes = photo("groceries.jpg");
const picture = (name: string) => Buffer.concat([bytes, Buffer.from(name)]);
const objects = [{ points: [[480, 250]] }];

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

it("two tenants at the same time see nothing of each other, whatever they ask", async () => {
  const tokens = ["a".repeat(32), "b".repeat(32)];
  await using running = await startServer({ tokens, maxQueued: 1000 });
  const seen = new Map(tokens.map((token) => [token, new Set<string>()]));
  const leaks: string[] = [];
  const until = performance.now() + 3000;
  const work = tokens.map(async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    const own = seen.get(token) as Set<string>;
    const others = tokens.filter((other) => other !== token).map((other) => seen.get(other) as Set<string>);
    for (let turn = 0; performance.now() < until; turn++) {
      const body = picture(`${token} ${turn % 5}`);
      const sent = { method: "POST", body, headers: { ...headers, "content-type": "image/jpeg" } };
      const { id } = await readJson(await running.call("/v1/embeddings", sent));
      own.add(id);
      const asked = await running.call("/v1/segment", { json: { embedding: id, objects }, headers });
      if (asked.status !== 200) leaks.push(`own ${asked.status}`);
      for (const other of others.flatMap((ids) => [...ids])) {
        const response = await running.call(`/v1/embeddings/${other}`, { headers });
        await response.arrayBuffer();
        if (response.status !== 404) leaks.push(other);
      }
    }
  });
  await Promise.all(work);
  expect(leaks).toEqual([]);
  for (const ids of seen.values()) expect(ids.size).toBe(5);
});
