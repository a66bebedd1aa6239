import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "@sam2js/server";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { seconds, table } from "../report/table.mjs";
import { median, quantile, timed } from "../statistics.mjs";

const IMAGE = fileURLToPath(new URL("../../../../examples/images/truck.jpg", import.meta.url));
/** Not counted: what is called often is compiled by then. */
const WARM_UP = 5;

/** A click on an embedding that another process stored: over the loopback, in the server without HTTP, and in the decoder alone, in turns. */
export async function serveClick({ model, python, arch, threads, image = IMAGE, count = 60, json }) {
  const { folder, what } = await chooseModel(model, python, { arch });
  const embeddings = await mkdtemp(join(tmpdir(), "sam2js-click-"));
  const start = async () => {
    const server = await createServer({
      port: 0,
      logger: false,
      models: [folder],
      embeddings,
      runtime: { threads },
    });
    const address = await server.listen();
    await server.services.engines.ready;
    return { server, address };
  };
  try {
    const first = await start();
    const headers = { "content-type": "image/jpeg" };
    const body = await readFile(image);
    const encoded = await fetch(`${first.address}/v1/embeddings`, { method: "POST", headers, body });
    const { id, size } = await encoded.json();
    await first.server.close();
    const { server, address } = await start();
    const times = { "over HTTP": [], "in the server": [], "the decoder": [] };
    const [engine] = server.services.engines.all;
    const signal = AbortSignal.timeout(3_600_000);
    const [firstSeconds] = await timed(() => clickByHttp(address, id, [size[1] / 2, size[0] / 2]));
    const picture = await engine.find(id, signal);
    const { processor } = engine.loaded;
    for (let index = 0; index < count + WARM_UP; index++) {
      const point = [((index * 37 * size[1]) / 1000) % size[1], ((index * 53 * size[0]) / 1000) % size[0]];
      const inputs = await processor.process({
        originalSizes: [[...size]],
        inputPoints: [[[point]]],
        inputLabels: [[[1]]],
      });
      const ways = {
        "over HTTP": () => clickByHttp(address, id, point),
        "in the server": () => engine.segment(picture, [{ points: [point], labels: [1] }], { signal }),
        "the decoder": () =>
          engine.loaded.model.forward({
            ...inputs,
            imageEmbeddings: picture.embeddings,
            multimaskOutput: true,
          }),
      };
      for (const [name, way] of Object.entries(ways)) {
        const [took] = await timed(way);
        if (index >= WARM_UP) times[name].push(took);
      }
    }
    await picture[Symbol.asyncDispose]();
    await server.close();
    const facts = machine(threads);
    console.log(`\n${what}\n${describeMachine(facts)}\n`);
    const row = ([name, values]) => [
      name,
      ...[0.1, 0.5, 0.99].map((share) => seconds(quantile(values, share))),
    ];
    console.log(
      table(["a click on a stored embedding", "p10", "p50", "p99"], Object.entries(times).map(row)),
    );
    console.log(`\nthe first click, which reads it: ${seconds(firstSeconds)}`);
    const p50 = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
    await save(json, { command: "serve-click", model: what, machine: facts, firstSeconds, p50 });
  } finally {
    await rm(embeddings, { recursive: true, force: true });
  }
}

async function clickByHttp(address, embedding, point) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ embedding, objects: [{ points: [point] }] });
  const response = await fetch(`${address}/v1/segment`, { method: "POST", headers, body });
  return response.json();
}
