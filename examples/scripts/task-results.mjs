/**
 * Runs each file of `examples/tasks` and keeps what came of it for the documentation: `results/NAME.txt` is what it printed, `results/NAME.jpg` what it
 * drew. All run in this process, one after the other. A kept file stays as it is where the new one says the same, for processors round differently.
 *
 * usage: node scripts/task-results.mjs [NAME…]   in the folder `examples`
 */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import sharp from "sharp";

const tasks = fileURLToPath(new URL("../tasks/", import.meta.url));
const results = join(tasks, "results");
const SHARED = ["setup", "show"];
/** How far a printed number may be off: in units of its last digit, or in shares of itself. */
const TOLERANCE = { lastDigit: 2.1, relative: 0.01 };
/** So many of a picture's bytes may differ by more than this, out of 255: a border that moves by a pixel, not a mask that is elsewhere. */
const PICTURE_TOLERANCE = { share: 0.002, byte: 32 };

const wanted = process.argv.slice(2);
const names = readdirSync(tasks)
  .filter((file) => file.endsWith(".mjs"))
  .map((file) => file.replace(/\.mjs$/, ""))
  .filter((name) => !SHARED.includes(name) && (wanted.length === 0 || wanted.includes(name)));
const scratch = mkdtempSync(join(tmpdir(), "sam2js-tasks-"));
process.chdir(scratch); // the tasks read from `images` and write into `out`
symlinkSync(join(tasks, "..", "images"), "images", "junction");

for (const name of names) {
  const started = Date.now();
  keepText(name, await printed(pathToFileURL(join(tasks, `${name}.mjs`))));
  if (existsSync(join("out", `${name}.png`))) await keepPicture(name);
  console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
process.chdir(tasks);
rmSync(scratch, { recursive: true, force: true });

/** What a module prints while it runs. */
async function printed(address) {
  const { log } = console;
  const lines = [];
  console.log = (...values) => lines.push(format(...values));
  try {
    await import(address);
  } finally {
    console.log = log;
  }
  return `${lines.join("\n")}\n`;
}

function keepText(name, text) {
  const file = join(results, `${name}.txt`);
  if (!existsSync(file) || !saysTheSame(readFileSync(file, "utf8"), text)) writeFileSync(file, text);
}

/** Words are equal and numbers nearly, whole numbers below 100 exactly. */
function saysTheSame(one, other) {
  const [ours, theirs] = [one, other].map((text) => text.split(/(\d+(?:\.\d+)?)/));
  return ours.length === theirs.length && ours.every((part, index) => isNear(part, theirs[index]));
}

function isNear(one, other) {
  const decimals = one.split(".")[1]?.length ?? 0;
  const off = Math.abs(Number(one) - Number(other));
  return (
    one === other ||
    off < TOLERANCE.relative * Number(one) ||
    (decimals > 0 && off <= TOLERANCE.lastDigit / 10 ** decimals)
  );
}

async function keepPicture(name) {
  const file = join(results, `${name}.jpg`);
  const picture = sharp(join("out", `${name}.png`)).resize({ width: 1100, withoutEnlargement: true });
  const jpeg = await picture.jpeg({ quality: 70, mozjpeg: true }).toBuffer();
  if (!existsSync(file) || (await difference(readFileSync(file), jpeg)) > PICTURE_TOLERANCE.share)
    writeFileSync(file, jpeg);
}

/** The share of two pictures' bytes that differ visibly; 1 where the pictures differ in size. */
async function difference(one, other) {
  const [a, b] = await Promise.all([one, other].map((bytes) => sharp(bytes).raw().toBuffer()));
  if (a.length !== b.length) return 1;
  return a.reduce((sum, byte, at) => sum + (Math.abs(byte - b[at]) > PICTURE_TOLERANCE.byte), 0) / a.length;
}
