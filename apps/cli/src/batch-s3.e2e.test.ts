import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createS3Store } from "@sam2js/batch/s3";
import { hasMoto, startMoto } from "@sam2js/testing/moto";
import sharp from "sharp";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeFolder, runKept } from "./__fixtures__/run-cli.js";

const title = hasMoto
  ? "sam2 batch in a bucket"
  : "sam2 batch in a bucket (not tested: no moto_server on this machine)";

describe.skipIf(!hasMoto)(title, () => {
  it("reads pictures and manifests there and writes what it writes into a folder", async () => {
    const cwd = makeFolder("groceries.jpg");
    const moto = await startMoto();
    onTestFinished(moto.stop);
    const env = {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: "me",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await fetch(`${moto.endpoint}/photos`, { method: "PUT" });
    const bucket = createS3Store("s3://photos/in");
    mkdirSync(join(cwd, "in"));
    for (const at of [0, 1, 2]) {
      const bytes = await sharp(join(cwd, "groceries.jpg"))
        .extract({ left: 40 * at, top: 0, width: 200, height: 150 })
        .resize(80)
        .jpeg()
        .toBuffer();
      writeFileSync(join(cwd, "in", `${at}.jpg`), bytes);
      await bucket.write(`${at}.jpg`, bytes);
    }
    await bucket.write("notes.txt.gz", "no picture");
    const batch = (input: string, out: string, ...args: string[]) =>
      runKept(["batch", input, "--out", out, "--format", "coco,tar", "--shards", "2", ...args], { cwd });
    const quick = ["--points-per-side", "4", "--pred-iou-thresh", "0.2"];

    expect(await batch("in", "local", ...quick)).toMatchObject({ status: 0 });
    const there = await batch("s3://photos/in/", "s3://photos/out", ...quick);
    expect([there.status, there.stdout]).toEqual([
      0,
      expect.stringContaining("wrote s3://photos/out/coco.json"),
    ]);
    await expectSame(join(cwd, "local"), "s3://photos/out", ["coco.json", "rle.jsonl", "shards/00001.tar"]);

    const circle = '<svg width="80" height="60"><circle cx="40" cy="30" r="20" fill="white"/></svg>';
    const mask = await sharp(Buffer.from(circle)).flatten({ background: "black" }).png().toBuffer();
    const objects = [
      { id: "cup", box: [10, 10, 60, 50] },
      { id: "ball", mask: "masks/1.png" },
    ];
    const lines = `${JSON.stringify({ image: "1.jpg", objects })}\n{"image":"none.jpg","objects":[]}\n`;
    mkdirSync(join(cwd, "in", "masks"));
    for (const [name, content] of [
      ["masks/1.png", mask],
      ["list.jsonl", lines],
    ] as const) {
      writeFileSync(join(cwd, "in", name), content);
      await bucket.write(name, content);
    }
    const segment = ["--task", "segment"];
    expect((await batch("in/list.jsonl", "list", ...segment)).status).toBe(3);
    expect((await batch("s3://photos/in/list.jsonl", "s3://photos/list", ...segment)).status).toBe(3);
    await expectSame(join(cwd, "list"), "s3://photos/list", ["coco.json", "shards/00000.tar"]);
    const merged = await runKept(["batch", "merge", "s3://photos/list"], { cwd });
    expect([merged.status, merged.stderr]).toEqual([
      3,
      expect.stringContaining("s3://photos/in/none.jpg: expected an object"),
    ]);
  });
});

async function expectSame(folder: string, address: string, names: readonly string[]): Promise<void> {
  const store = createS3Store(address);
  for (const name of names) {
    const parts: Uint8Array[] = [];
    for await (const part of store.read(name)) parts.push(part);
    expect(Buffer.concat(parts).equals(readFileSync(join(folder, name))), name).toBe(true);
  }
}
