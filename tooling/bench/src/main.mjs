/**
 * Measures time and memory.
 *
 * usage: node tooling/bench/src/main.mjs image|generate|memory|video|soak|encode|serve|serve-click|web|web-memory|web-video-memory [options], see README.md
 */
import { parseArgs } from "node:util";

const commands = {
  image: async () => (await import("./commands/image.mjs")).image,
  generate: async () => (await import("./commands/generate.mjs")).generate,
  memory: async () => (await import("./commands/memory.mjs")).memory,
  video: async () => (await import("./commands/video.mjs")).video,
  soak: async () => (await import("./commands/soak.mjs")).soak,
  encode: async () => (await import("./commands/encode.mjs")).encode,
  serve: async () => (await import("./commands/serve.mjs")).serve,
  "serve-click": async () => (await import("./commands/serve-click.mjs")).serveClick,
  web: async () => (await import("./commands/web.mjs")).web,
  "web-memory": async () => (await import("./commands/web-memory.mjs")).webMemory,
  "web-video-memory": async () => (await import("./commands/web-video-memory.mjs")).webVideoMemory,
};
const options = {
  model: { type: "string" },
  arch: { type: "string" },
  python: { type: "string" },
  image: { type: "string" },
  video: { type: "string" },
  place: { type: "string", default: "0.5,0.5" },
  threads: { type: "string", default: "2" },
  runs: { type: "string" },
  "points-per-side": { type: "string", default: "32" },
  count: { type: "string" },
  frames: { type: "string" },
  objects: { type: "string" },
  "bytes-per-object": { type: "string" },
  device: { type: "string" },
  dtype: { type: "string", default: "fp32" },
  json: { type: "string" },
  plot: { type: "string" },
};

const { values, positionals } = parseArgs({ options, allowPositionals: true });
const command = Object.hasOwn(commands, positionals[0] ?? "") ? commands[positionals[0]] : undefined;
if (!command || positionals.length !== 1) {
  console.error(
    `usage: main.mjs ${Object.keys(commands).join("|")} [--${Object.keys(options).join("] [--")}]`,
  );
  process.exit(2);
}
const whole = (name) => {
  const value = values[name] === undefined ? undefined : Number(values[name]);
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return value;
  console.error(`--${name}: expected a whole number from 1 on, got ${values[name]}`);
  process.exit(2);
};
const list = (name) => {
  if (values[name] === undefined || /^[1-9]\d*(,[1-9]\d*)*$/.test(values[name])) return values[name];
  console.error(`--${name}: expected whole numbers from 1 on with commas, got ${values[name]}`);
  process.exit(2);
};
const work = await command();
await work({
  ...values,
  threads: whole("threads"),
  runs: whole("runs"),
  pointsPerSide: whole("points-per-side"),
  count: whole("count"),
  frames: whole("frames"),
  objects: list("objects"),
  bytesPerObject: whole("bytes-per-object"),
});
