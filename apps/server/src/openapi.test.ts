import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "./__fixtures__/start.js";

/** Of PyPI; `pip install schemathesis`. */
const PROGRAM = process.env.SAM2JS_SCHEMATHESIS ?? "schemathesis";
const isThere = spawnSync(PROGRAM, ["--version"]).status === 0;

/** The same requests each time, so that what one run finds the next one shows; another number looks elsewhere. */
const SEED = process.env.SAM2JS_SCHEMATHESIS_SEED ?? "1";
/** Which checks it makes, and how many requests. */
const CONFIG = fileURLToPath(new URL("./__fixtures__/schemathesis.toml", import.meta.url));

it.skipIf(!isThere)(
  "schemathesis finds no answer that the OpenAPI document does not have, and no 5xx",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sam2js-schemathesis-"));
    const redis = hasRedis ? await startRedis({ folder }) : undefined;
    onTestFinished(async () => {
      await redis?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const [out, source] = [join(folder, "batches"), join(folder, "source")];
    const batches = redis && { queue: redis.url, out, source, settingsOf: (work: object) => ({ ...work }) };
    await using running = await startServer({ maxVideos: 1000, maxBatches: 1000, batches });
    const args = ["--config-file", CONFIG, "run", `${running.address}/openapi.json`, "--seed", SEED];
    const child = spawn(PROGRAM, args, {
      cwd: folder, // where it keeps what it found
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
    const found =
      child.exitCode === 0 ? "" : output.slice(Math.max(output.search(/=+ (FAILURES|ERRORS) =+/), 0));
    expect([child.exitCode, found]).toEqual([0, ""]);
  },
  600_000,
);

if (!isThere)
  console.log(`not run, as there is no ${PROGRAM}: the test of the OpenAPI document by schemathesis`);
