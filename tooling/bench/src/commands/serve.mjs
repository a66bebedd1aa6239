import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { describeMachine, machine } from "../machine.mjs";
import { save } from "../report/save.mjs";
import { bytes, seconds, table } from "../report/table.mjs";
import { median, quantile, slope } from "../statistics.mjs";

const CHILD = fileURLToPath(new URL("../children/serve-run.mjs", import.meta.url));
const IMAGE = fileURLToPath(new URL("../../../../examples/images/truck.jpg", import.meta.url));
/** Pictures that are clicked on. */
const WARM = 10;
/** One request in so many brings a new picture. */
const NEW_EVERY = 20;
const MEASURE_SECONDS = 10;
/** Requests under way while the capacity is measured: enough to keep the engine busy. */
const LANES = 4;
const OVERLOAD_SECONDS = 30;
const ROUGH_SECONDS = 30;
const IDLE_SOCKETS = 1000;

/** How many requests a server answers, whether it does so for long with memory that stays flat, and what twice as many meet. */
export async function serve({ model, threads, image = IMAGE, count = 600, json }) {
  const child = fork(CHILD, [JSON.stringify({ model, threads })]);
  const [{ address }] = await once(child, "message");
  const file = await readFile(image);
  const load = new Load(address, file);
  const rss = async () => {
    child.send("memory");
    return (await once(child, "message"))[0].rssBytes;
  };
  try {
    await load.warm();
    const capacity = await load.closed(LANES, MEASURE_SECONDS);
    process.stderr.write(
      `${capacity.toFixed(1)} requests a second; ${count} s of them, then twice as many\n`,
    );
    const samples = [];
    const sampling = new AbortController();
    const watch = (async () => {
      while (!sampling.signal.aborted) {
        samples.push(await rss());
        await sleep((1000 * count) / 20, undefined, { signal: sampling.signal }).catch(() => undefined);
      }
    })();
    const held = await load.open(0.9 * capacity, count);
    sampling.abort();
    await watch;
    const overloaded = await load.open(2 * capacity, Math.min(OVERLOAD_SECONDS, count));
    const rough = await amongRoughClients(address, file, () =>
      load.open(0.5 * capacity, Math.min(ROUGH_SECONDS, count)),
    );
    const result = {
      command: "serve",
      model: model ?? "nano",
      machine: machine(threads),
      capacity,
      held,
      overloaded,
      rough,
    };
    print({ ...result, samples });
    await save(json, { ...result, rssBytes: samples });
  } finally {
    child.disconnect();
    await once(child, "exit");
  }
}

/** Requests as labelling makes them: clicks on pictures that were encoded, and now and then a new picture. */
class Load {
  #address;
  #file;
  #ids = [];
  #sent = 0;

  constructor(address, file) {
    this.#address = address;
    this.#file = file;
  }

  async warm() {
    for (let index = 0; index < WARM; index++) {
      const response = await this.#encode(`warm ${index}`);
      this.#ids.push((await response.json()).id);
    }
  }

  /** Requests that follow each other. @returns  how many a second were answered */
  async closed(lanes, durationSeconds) {
    const until = performance.now() + 1000 * durationSeconds;
    let answered = 0;
    const lane = async () => {
      while (performance.now() < until) if ((await this.#one()).status === 200) answered += 1;
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return answered / durationSeconds;
  }

  /** Requests at a rate, whether they are answered or not. */
  async open(perSecond, durationSeconds) {
    const began = performance.now();
    const asked = [];
    for (let index = 0; index < perSecond * durationSeconds; index++) {
      const due = began + (1000 * index) / perSecond;
      if (performance.now() < due) await sleep(due - performance.now());
      asked.push(this.#one());
    }
    const answers = await Promise.all(asked);
    const fine = answers.filter(({ status }) => status === 200).map(({ ms }) => ms);
    const of = (...statuses) => answers.filter(({ status }) => statuses.includes(status)).length;
    return {
      perSecond,
      seconds: durationSeconds,
      sent: answers.length,
      answered: fine.length,
      refused: of(429),
      failed: answers.length - fine.length - of(429),
      p50Ms: median(fine),
      p99Ms: quantile(fine, 0.99),
      mostMs: Math.max(...fine),
    };
  }

  async #one() {
    const began = performance.now();
    this.#sent += 1;
    const isNew = this.#sent % NEW_EVERY === 0;
    const response = await (isNew ? this.#encode(`${this.#sent}`) : this.#click()).catch(() => undefined);
    await response?.arrayBuffer();
    return { status: response?.status ?? 0, ms: performance.now() - began };
  }

  #encode(name) {
    const body = Buffer.concat([this.#file, Buffer.from(name)]); // another picture for the hash, the same for the eye
    const headers = { "content-type": "image/jpeg" };
    return fetch(`${this.#address}/v1/embeddings`, { method: "POST", headers, body });
  }

  #click() {
    const points = [[200 + ((this.#sent * 37) % 1000), 200 + ((this.#sent * 53) % 700)]];
    const body = JSON.stringify({
      embedding: this.#ids[this.#sent % this.#ids.length],
      objects: [{ points }],
    });
    const headers = { "content-type": "application/json" };
    return fetch(`${this.#address}/v1/segment`, { method: "POST", headers, body });
  }
}

/**
 * Does work while others hang up in the middle of requests, send half of their pictures, and keep a thousand sockets open that say nothing.
 *
 * @returns what the work gave, how many of each there were, and what was left of theirs in the server's queues
 */
async function amongRoughClients(address, file, work) {
  const form = new FormData();
  form.append("frames", new Blob([file]));
  const video = await (await fetch(`${address}/v1/videos`, { method: "POST", body: form })).json();
  const url = `${address.replace("http", "ws")}/v1/videos/${video.id}`;
  const sockets = Array.from({ length: IDLE_SOCKETS }, () => new WebSocket(url));
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  const isOver = new AbortController();
  const seen = { hungUp: 0, truncated: 0 };
  const { hostname, port } = new URL(address);
  const others = (async () => {
    while (!isOver.signal.aborted) {
      const body = Buffer.concat([file, Buffer.from(`rough ${seen.hungUp}`)]);
      const headers = { "content-type": "image/jpeg" };
      const signal = AbortSignal.timeout(1 + Math.floor(60 * Math.random()));
      await fetch(`${address}/v1/embeddings`, { method: "POST", headers, body, signal })
        .then((response) => response.arrayBuffer())
        .catch(() => undefined);
      seen.hungUp += 1;
      const socket = connect(Number(port), hostname);
      const head = `POST /v1/embeddings HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: image/jpeg\r\n`;
      socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
      socket.write(body.subarray(0, body.length / 2));
      socket.on("error", () => undefined);
      await sleep(100);
      socket.destroy();
      seen.truncated += 1;
    }
  })();
  const run = await work();
  isOver.abort();
  await others;
  const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  for (const socket of sockets) socket.terminate();
  await sleep(1000);
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const left = [...metrics.matchAll(/^sam2_(?:running|waiting)\{.*\} (\d+)$/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
  return { ...run, ...seen, sockets: open, left };
}

function print({ model, machine: facts, capacity, held, overloaded, rough, samples }) {
  console.log(`\n${model}\n${describeMachine(facts)}\n`);
  console.log(
    `${capacity.toFixed(1)} requests a second (clicks; one in ${NEW_EVERY} brings a new picture)\n`,
  );
  const row = (name, run) => [
    `${name}, ${run.perSecond.toFixed(1)} a second for ${run.seconds} s`,
    `${run.answered} of ${run.sent}`,
    `${run.refused}`,
    `${run.failed}`,
    ...[run.p50Ms, run.p99Ms, run.mostMs].map((ms) => seconds(ms / 1000)),
  ];
  const head = ["load", "answered", "429", "failed", "p50", "p99", "longest"];
  console.log(
    table(head, [
      row("nine tenths", held),
      row("twice", overloaded),
      row("a half, among rough clients", rough),
    ]),
  );
  console.log(
    `\nrough clients: ${rough.hungUp} hung up, ${rough.truncated} sent half a picture, ${rough.sockets} of ${IDLE_SOCKETS} idle sockets stayed open; left in the queues: ${rough.left}`,
  );
  const [first] = samples;
  const perMinute = slope(samples.map((size, index) => [(index * held.seconds) / 20 / 60, size]));
  console.log(
    `\nresident memory: ${bytes(first)} at first, ${bytes(median(samples))} in the middle, ${bytes(samples.at(-1))} at the end, ${bytes(perMinute)} a minute`,
  );
}
