import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "@sam2js/testing/free-port";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import sharp from "sharp";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const CHAOS = fileURLToPath(new URL("../scripts/batch-chaos.mjs", import.meta.url));

const title = hasRedis ? "sam2 worker" : "sam2 worker (not tested: no redis-server on this machine)";

describe.skipIf(!hasRedis)(title, () => {
  it("loses and doubles no picture where workers are killed and stopped and Redis is killed", async () => {
    const args = [
      "--pictures",
      "200",
      "--shards",
      "20",
      // An eighth of the work apart, on a slow machine too: a worker that is killed again as soon as it has started does nothing but start.
      "--kill-seconds",
      "30",
      "--lock-seconds",
      "2",
      "--freeze-seconds",
      "5",
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [CHAOS, ...args]);
    const figures = JSON.parse(stdout);
    expect(figures).toMatchObject({
      stops: 1,
      restarts: 1,
      inMergedFile: 200,
      differentInMergedFile: 200,
      deadLetters: 0,
      leftInQueue: 0,
      workersEndedWith: [0, 0, 0],
      differingFiles: [],
    });
  }, 1_800_000);

  it("lists what was given up, tries it again, takes it out, and counts", async () => {
    const cwd = makeFolder();
    const redis = await startRedis({ folder: makeFolder() });
    onTestFinished(redis.stop);
    mkdirSync(join(cwd, "in"));
    await sharp({ create: { width: 64, height: 48, channels: 3, background: "red" } })
      .png()
      .toFile(join(cwd, "in", "a.png"));
    writeFileSync(join(cwd, "in", "b.png"), "no picture");
    const queue = ["--queue", redis.url];
    const port = await freePort();
    const worker = startWorker(cwd, [...queue, "--processes", "1", "--metrics", `${port}`]);
    const batch = (out: string, ...args: string[]) =>
      runCli(["batch", "in", "--out", out, "--shards", "2", "--attempts", "1", ...queue, ...args], { cwd });

    const wrong = await batch("wrong", "--model", "./nothing");
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/2 of 2 shards were given up:\n {2}shard/),
    ]);
    const asked = await runKept(["batch", "status", "wrong", ...queue], { cwd });
    expect(asked.stdout).toMatch(
      /^0 of 2 shards are done, .*\nqueue: .*2 given up; 1 workers\n {2}shard \d of .*nothing/,
    );
    const retried = await runKept(["batch", "retry", "wrong", ...queue], { cwd });
    expect(retried).toMatchObject({ status: 0, stdout: "2 shards will be tried again\n" });
    await vi.waitFor(
      async () =>
        expect((await runKept(["batch", "status", ...queue], { cwd })).stdout).toContain(
          "0 active, 0 delayed, 2 given up",
        ),
      { timeout: 120_000, interval: 500 },
    );
    const cancelled = await runKept(["batch", "cancel", "wrong", ...queue], { cwd });
    expect(cancelled).toMatchObject({ status: 0, stdout: "2 shards were taken out\n" });

    const right = await batch("right", "--points-per-side", "2");
    expect([right.status, right.stdout]).toEqual([3, expect.stringMatching(/^1 of 2 done/)]);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toContain(
      'sam2_worker_shards_total{result="done"} 2\nsam2_worker_shards_total{result="failed"} 4\n',
    );
    expect(text).toContain('sam2_worker_images_total{result="failed"} 1\n');
    worker.kill("SIGTERM");
    expect(await new Promise((resolve) => worker.once("exit", resolve))).toBe(0);
  });
});

function startWorker(cwd: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, "worker", ...args], { cwd, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}
