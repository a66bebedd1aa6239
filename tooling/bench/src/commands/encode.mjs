import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ImageEmbeddings } from "@sam2js/embeddings";
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { table } from "../report/table.mjs";
import { median } from "../statistics.mjs";

const CLI = join(dirname(fileURLToPath(import.meta.resolve("@sam2js/cli/package.json"))), "dist/main.js");
const IMAGE = fileURLToPath(new URL("../../../../examples/images/truck.jpg", import.meta.url));
/** Pictures of a turn of either side: whole rounds of 2, 3 or 4 that go side by side. */
const PER_TURN = 12;
/** Turns in which the encoder alone shows how it is faster. */
const TRIALS = 3;
/** Not counted: engines take their memory with the first pictures. */
const WARM_UP = 3;
const SIDE_BY_SIDE = "side by side";
const WAYS = ["one after the other", SIDE_BY_SIDE];
/** The folder is looked at so often. */
const WATCH_MS = 2;

/** How many pictures a second `sam2 encode` keeps, in turns with the encoder alone; and that a run that is killed loses nothing. */
export async function encode({ model, python, arch, threads, image = IMAGE, count = 1000, json }) {
  const { folder, what } = await chooseModel(model, arch && python, { arch });
  const place = await mkdtemp(join(tmpdir(), "sam2js-encode-"));
  try {
    const photos = join(place, "photos");
    await makePhotos(photos, image, count);
    const run = new EncodeRun({ folder, threads, photos, out: join(place, "kept") });
    const bare = await BareEncoder.load({ folder, threads, image });
    const ways = await bare.chooseWay();
    const rates = await inTurns(run, bare, count);
    const killed = await killAndResume(run, count);
    const facts = { command: "encode", model: what, machine: machine(threads), count };
    const result = { ...facts, ways, way: bare.way, ...rates, ...killed };
    print(result);
    await save(json, result);
    await bare.dispose();
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** The same picture for the eye, each another one for its hash. */
async function makePhotos(folder, image, count) {
  await mkdir(folder);
  const file = await readFile(image);
  for (let index = 0; index < count; index++)
    await writeFile(
      join(folder, `${String(index).padStart(5, "0")}.jpg`),
      Buffer.concat([file, Buffer.from(`${index}`)]),
    );
}

/** `sam2 encode` as a process that can be stopped, gone on with and killed. */
class EncodeRun {
  #options;
  #child;

  constructor(options) {
    this.#options = options;
  }

  start() {
    const { folder, threads, photos, out } = this.#options;
    const args = [
      "encode",
      photos,
      "--out",
      out,
      "--model",
      folder,
      "--threads",
      threads,
      "--resume",
      "--json",
    ];
    this.#child = spawn(process.execPath, [CLI, ...args.map(String)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.output = "";
    this.#child.stdout.setEncoding("utf8").on("data", (text) => {
      this.output += text;
    });
    this.ended = once(this.#child, "close");
  }

  get isRunning() {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Embeddings that are in the folder. */
  get kept() {
    const { out } = this.#options;
    return existsSync(out) ? readdirSync(out).filter((name) => name.endsWith(".s2em")) : [];
  }

  /** Waits until so many are there. */
  async reach(count) {
    while (this.isRunning && this.kept.length < count) await sleep(WATCH_MS);
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Pictures of the folder that can be read whole. */
  async readable() {
    const { out } = this.#options;
    let count = 0;
    for (const name of this.kept) {
      const chunks = [];
      for await (const chunk of createReadStream(join(out, name))) chunks.push(chunk);
      if (ImageEmbeddings.deserialize(Buffer.concat(chunks)).picture) count += 1;
    }
    return count;
  }
}

/** The encoder alone: pixels that are ready, over and over. */
class BareEncoder {
  #runtime;
  #model;
  #pixels;
  #runs;
  /** How it works: one picture after the other on all threads, or several side by side. */
  way;

  static async load({ folder, threads, image }) {
    const bare = new BareEncoder();
    bare.#runtime = createNodeRuntime({ threads });
    bare.#model = await AutoModelForMaskGeneration.fromPretrained(folder, {
      runtime: bare.#runtime,
      onWarning() {},
    });
    const processor = await Sam2Processor.fromPretrained(folder, { runtime: bare.#runtime });
    ({ pixelValues: bare.#pixels } = await processor.process({ images: image }));
    const { sideBySideRuns = 1 } = await bare.#runtime.capabilities();
    bare.#runs = sideBySideRuns;
    return bare;
  }

  /** Takes the way that is faster. @returns the median of each, in pictures a second */
  async chooseWay() {
    const ways = this.#runs > 1 ? WAYS : WAYS.slice(0, 1);
    const rates = Object.fromEntries(ways.map((way) => [way, []]));
    for (this.way of ways) await this.run(WARM_UP);
    for (let trial = 0; trial < TRIALS; trial++)
      for (this.way of ways) rates[this.way].push(await this.run(PER_TURN));
    const medians = Object.fromEntries(ways.map((way) => [way, median(rates[way])]));
    this.way = ways.reduce((best, way) => (medians[way] > medians[best] ? way : best));
    return medians;
  }

  /** @returns pictures a second */
  async run(count) {
    const sideBySide = this.way === SIDE_BY_SIDE;
    let left = count;
    const work = async () => {
      while (left > 0) {
        left -= 1;
        const embeddings = await this.#model.getImageEmbeddings(this.#pixels, { sideBySide });
        void embeddings.dispose(); // it takes its turn behind the runs that were asked for
      }
    };
    // One call more than run at a time, so that an engine has the next at hand.
    const calls = (sideBySide ? this.#runs : 1) + 1;
    const began = performance.now();
    await Promise.all(Array.from({ length: calls }, work));
    return (1000 * count) / (performance.now() - began);
  }

  dispose() {
    return this.#runtime.dispose();
  }
}

/** Half of the pictures, one side after the other: while one works the other is stopped. */
async function inTurns(run, bare, count) {
  const rates = { bare: [], kept: [] };
  run.start();
  await run.reach(WARM_UP);
  while (run.isRunning && run.kept.length + PER_TURN < count / 2) {
    // From one picture to another: where in a picture the turn begins plays no part.
    const first = run.kept.length + 1;
    await run.reach(first);
    const began = performance.now();
    await run.reach(first + PER_TURN);
    rates.kept.push((1000 * (run.kept.length - first)) / (performance.now() - began));
    run.signal("SIGSTOP");
    rates.bare.push(await bare.run(PER_TURN));
    run.signal("SIGCONT");
  }
  return { ...rates, ratio: median(rates.kept.map((rate, turn) => rate / rates.bare[turn])) };
}

/** Kills the run at a random moment, looks at what is there, and goes on. */
async function killAndResume(run, count) {
  await run.reach(Math.floor(count * (0.5 + 0.3 * Math.random())));
  await sleep(200 * Math.random());
  run.signal("SIGKILL");
  await run.ended;
  const before = run.kept.length;
  const whole = await run.readable();
  run.start();
  await run.ended;
  const { images } = JSON.parse(run.output);
  const notAgain = images.filter(({ wasThere }) => wasThere).length;
  return { killedAt: before, whole, encodedAgain: before - notAgain, afterResume: run.kept.length };
}

function print({ model, machine: facts, count, ways, way, bare, kept, ratio, ...killed }) {
  console.log(`\n${model}\n${describeMachine(facts)}\n`);
  const tried = Object.entries(ways).map(([name, rate]) => `${rate.toFixed(2)} pictures a second ${name}`);
  console.log(`the encoder alone: ${tried.join(", ")}; ${way} is what sam2 encode is compared with\n`);
  const row = (name, rates) => [
    name,
    ...[Math.min(...rates), median(rates), Math.max(...rates)].map((rate) => rate.toFixed(2)),
  ];
  const head = ["pictures a second", "least", "median", "most"];
  console.log(table(head, [row("encoder alone", bare), row("sam2 encode", kept)]));
  console.log(
    `\n${bare.length} turns of ${PER_TURN} pictures each: sam2 encode keeps ${(100 * ratio).toFixed(1)} % of the encoder's rate (median of turns)`,
  );
  const { killedAt, whole, encodedAgain, afterResume } = killed;
  console.log(
    `killed after ${killedAt} of ${count}: ${whole} whole; --resume: ${encodedAgain} of them encoded again, ${afterResume} of ${count} in the end`,
  );
}
