import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sam2Client } from "@sam2js/client";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeFolder, runKept } from "./__fixtures__/run-cli.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../../examples/fleet/served-batch.mjs", import.meta.url));

const title = hasRedis
  ? "sam2 serve --queue"
  : "sam2 serve --queue (not tested: no redis-server on this machine)";

/** Starts a command that goes on. @returns what it says on stderr once it matches */
async function start(cwd: string, args: readonly string[], told: RegExp): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new RangeError(`sam2 ${args[0]} ended with ${code}: ${text}`)));
    child.stderr.setEncoding("utf8").on("data", (piece) => {
      text += piece;
      const found = told.exec(text);
      if (found) resolve(found[1] ?? "");
    });
  });
}

describe.skipIf(!hasRedis)(title, () => {
  it("has pictures and videos done by sam2 worker, as sam2 batch does them", async () => {
    const cwd = makeFolder("groceries.jpg");
    mkdirSync(join(cwd, "source", "photos"), { recursive: true });
    for (const at of [0, 1, 2])
      copyFileSync(join(cwd, "groceries.jpg"), join(cwd, "source", "photos", `${at}.jpg`));
    const redis = await startRedis({ folder: makeFolder() });
    onTestFinished(redis.stop);
    const queue = ["--queue", redis.url];
    await start(cwd, ["worker", ...queue, "--processes", "1", "--threads", "1"], /(waiting)/);
    const places = ["--batches", "batches", "--batch-source", "source"];
    const baseUrl = await start(
      cwd,
      ["serve", ...queue, ...places, "--port", "0", "--quiet"],
      /listening on (\S+),[\s\S]*ready/,
    );

    const example = spawn(process.execPath, [EXAMPLE, baseUrl, "photos"]);
    let printed = "";
    example.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
    expect(await new Promise((resolve) => example.once("close", resolve))).toBe(0);
    expect(printed).toMatch(/^to come back to it: \S+\n[\s\S]*3 done, 0 failed\n\d+ masks in 3 pictures\n$/);

    const client = new Sam2Client({ baseUrl });
    const id = /it: (\S+)/.exec(printed)?.[1] ?? "";
    const served = await (await client.batch(id).file("coco.json")).text();
    const alone = await runKept(
      ["batch", "source/photos", "--out", "alone", "--points-per-side", "8", "--threads", "1"],
      { cwd },
    );
    expect(alone.status).toBe(0);
    expect(served).toBe(readFileSync(join(cwd, "alone", "coco.json"), "utf8"));

    const objects = [{ id: "bag", points: [[480, 250]] as [number, number][] }];
    const images = [{ image: "photos", name: "clip", objects }]; // a folder of frames
    const video = await client.startBatch({ task: "track", images, formats: ["coco", "mot"] });
    const told = [];
    for await (const event of video.events()) told.push(event);
    expect(told.at(-1)).toMatchObject({ type: "done", state: { done: 1, failed: 0 } });
    const tracks = JSON.parse(await (await video.file("tracks/00000/clip.coco.json")).text());
    expect(tracks.images).toHaveLength(3);
    await expect(client.batch("00000000-0000-0000-0000-000000000000").state()).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const long = await client.startBatch({ task: "generate", folder: "photos", pointsPerCrop: 64 });
    await long.cancel();
    expect(await long.state()).toMatchObject({ state: "cancelled" });
  });
});
