import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "./__fixtures__/start.js";

/** Of PyPI; `pip install schemathesis`. */
const PROGRAM = process.env.SAM2JS_SCHEMATHESIS ?? "schemathesis";
const isThere = spawnSync(PROGRAM, ["--version"]).status === 0;

/** Left out: that whatever fits a schema is accepted (most bytes are no picture), and methods that Node's HTTP does not know. */
const LEFT_OUT = "positive_data_acceptance,unsupported_method";

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
    const args = [
      "run",
      `${running.address}/openapi.json`,
      "--max-examples",
      "20",
      "--request-timeout",
      "30",
    ];
    const child = spawn(PROGRAM, [...args, "--exclude-checks", LEFT_OUT], {
      cwd: folder, // where it keeps what it found
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect([child.exitCode, output]).toEqual([0, expect.any(String)]);
  },
  600_000,
);

if (!isThere)
  console.log(`not run, as there is no ${PROGRAM}: the test of the OpenAPI document by schemathesis`);
