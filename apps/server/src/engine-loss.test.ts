import { EngineError } from "@sam2js/core";
import { expect, it, vi } from "vitest";
import { photo, readJson, startServer } from "./__fixtures__/start.js";

const bytes = photo("groceries.jpg");
const picture = (index: number) => Buffer.concat([bytes, Buffer.from([index])]).toString("base64");
const objects = [{ points: [[480, 250]] }];
const lost = () => new EngineError("the engine is gone", {}, "DEVICE_LOST");

it("an engine that is lost is started again: encodes are done anew, a click fails cleanly and works the next time", async () => {
  await using running = await startServer();
  const [engine] = running.server.services.engines.all;
  const first = engine?.loaded.model;
  if (!first) expect.unreachable();
  vi.spyOn(first, "getImageEmbeddings").mockRejectedValueOnce(lost());
  const encoded = await running.call("/v1/embeddings", { json: { image: picture(1) } });
  expect(encoded.status).toBe(200);
  const second = engine.loaded.model;
  expect(second).not.toBe(first);
  expect(await running.metric('sam2_engine_restarts_total{model="nano"}')).toBe(1);

  vi.spyOn(second, "forward").mockRejectedValueOnce(lost());
  const ask = () => running.call("/v1/segment", { json: { image: picture(1), objects } });
  const failed = await ask();
  expect([failed.status, failed.headers.has("retry-after"), (await readJson(failed)).code]).toEqual([
    503,
    true,
    "DEVICE_LOST",
  ]);
  expect((await ask()).status).toBe(200);
  expect(await running.metric('sam2_engine_restarts_total{model="nano"}')).toBe(2);
});
