import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLineOf } from "./run-child.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const referenceScripts = resolve(here, "../../reference/python");

/** The folder of the embedded model. */
export function nanoFolder() {
  return dirname(fileURLToPath(import.meta.resolve("@sam2js/nano/package.json"))).concat("/model");
}

/**
 * The model folder to measure: the given one; one with random weights made by the reference, when there is a Python; nano otherwise. `video` asks
 * for one that follows objects.
 *
 * @returns {Promise<{ folder: string, what: string }>}
 */
export async function chooseModel(folder, python, { video = false, arch = "hiera-tiny" } = {}) {
  if (folder) return { folder: resolve(folder), what: basename(resolve(folder)) };
  if (!python && video) throw new Error("expected --model with a video model, or --python to make one");
  if (!python) return { folder: nanoFolder(), what: "nano" };
  const kind = `${arch}${video ? "-video" : ""}-random`;
  const made = join(process.env.SAM2JS_BENCH_CACHE ?? join(tmpdir(), "sam2js-bench"), kind);
  if (!existsSync(join(made, "config.json"))) {
    const part = `${made}.${process.pid}.part`;
    await mkdir(part, { recursive: true });
    try {
      const script = join(referenceScripts, "make_checkpoint.py");
      const args = [script, "--arch", arch, "--out", part, ...(video ? ["--video"] : [])];
      await lastLineOf(python, args, "make_checkpoint.py");
      await rename(part, made);
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  }
  return { folder: made, what: `${arch}, random weights` };
}

/** Runs the reference on a model; `flags` as its script takes them. */
export function runReference(python, flags, name = "run_reference.py") {
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const script = join(referenceScripts, name);
  return lastLineOf(python, [script, ...args], name, { cwd: referenceScripts });
}
