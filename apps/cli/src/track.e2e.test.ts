import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decompressRle, rleArea, rleBox } from "@sam2js/masks";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const MODEL = fixtureDir("video-a");
const golden = loadGolden("video-a");

/** The fixture's frames as pictures in `frames/`. */
async function makeFrames(count: number): Promise<string> {
  const cwd = makeFolder();
  const { dims, data } = golden.tensor("frames");
  const [, height = 0, width = 0] = dims;
  mkdirSync(join(cwd, "frames"));
  for (let frame = 0; frame < count; frame++) {
    const pixels = (data as Uint8Array).subarray(
      frame * height * width * 3,
      (frame + 1) * height * width * 3,
    );
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(cwd, "frames", `${frame}.png`));
  }
  return cwd;
}

describe("sam2 track, as it is built", () => {
  it("follows two objects both ways and writes every data format", async () => {
    const cwd = await makeFrames(8);
    const args = ["track", "frames", "--model", MODEL, "--both", "--format", "rle,coco,mot,png,gif"];
    const prompts = ["--point", "3:left:38,37", "--box", "3:right:74,44,98,78", "--point", "5:left:42,40,0"];
    const { status, stdout, stderr } = await runCli([...args, ...prompts], { cwd });
    expect(stderr).not.toMatch(/^sam2:/m);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^frames {2}128 x 96, 8 of 8 frames, [\d.]+ frames per second\n/);
    expect(stdout).toMatch(/left +\d/);
    const read = (name: string) => readFileSync(join(cwd, "out", name), "utf8");
    const rle = JSON.parse(read("frames.rle.json"));
    expect(rle.objects).toEqual(["left", "right"]);
    expect(rle.frames.map(({ frame }: { frame: number }) => frame)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const coco = JSON.parse(read("frames.coco.json"));
    const boxes = read("frames.mot.txt")
      .trim()
      .split("\n")
      .map((line) => line.split(",").map(Number));
    expect(boxes.length).toBe(coco.annotations.length);
    for (const [index, { segmentation, area, track_id }] of coco.annotations.entries()) {
      const mask = decompressRle(segmentation);
      expect([rleArea(mask), ...mask.size]).toEqual([area, 96, 128]);
      const [x0, y0, x1, y1] = rleBox(mask);
      expect(boxes[index]?.slice(1, 6)).toEqual([track_id, x0 + 1, y0 + 1, x1 - x0 + 1, y1 - y0 + 1]);
    }
    expect(readdirSync(join(cwd, "out", "frames.masks")).length).toBe(8);
    const gif = await sharp(join(cwd, "out", "frames.overlay.gif"), { animated: true }).metadata();
    expect([gif.pages, gif.width, gif.pageHeight]).toEqual([8, 128, 96]);
    const over = ["track", "frames", "--model", MODEL, "--mask", "2:left=out/frames.masks/2.png"];
    expect(await runKept([...over, "--mask-label", "1", "--format", "png"], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("results replace no mask"),
    });
  });

  it("gives the masks of the reference", async () => {
    const cwd = await makeFrames(6);
    const { steps } = golden.case("click_six").options as { steps: { points?: number[][][] }[] };
    const point = steps[0]?.points?.[0]?.[0];
    const args = ["track", "frames", "--model", MODEL, "--format", "rle", "--point", `${point}`];
    expect((await runKept(args, { cwd })).status).toBe(0);
    const rle = JSON.parse(readFileSync(join(cwd, "out", "frames.rle.json"), "utf8"));
    const last = golden.resolveTensor(golden.case("click_six").outputs?.["2/5/masks"]);
    const share = [...last.data].filter((value) => value > 0).length / last.data.length;
    const found = rle.frames[5].objects["1"];
    expect(rleArea(decompressRle(found)) / (96 * 128)).toBeCloseTo(share, 1);
  });

  it("says what is wrong: no prompt, a frame that is not there, a model for images, both directions twice", async () => {
    const cwd = await makeFrames(2);
    const run = async (...args: string[]) => {
      const { status, stderr } = await runKept(["track", "frames", ...args], { cwd });
      return [status, stderr.trim()];
    };
    expect(await run("--model", MODEL)).toEqual([
      2,
      expect.stringMatching(/^sam2: track: expected a prompt/),
    ]);
    expect(await run("--model", MODEL, "--point", "7:a:1,2")).toEqual([
      2,
      expect.stringMatching(/^sam2: frame 7: expected a frame from 0 to 1 for object "a"/),
    ]);
    expect(await run("--point", "1,2", "--model", fixtureDir("odd-a"))).toEqual([
      2,
      expect.stringMatching(/is a model for images/),
    ]);
    expect(await run("--point", "1,2", "--both", "--reverse", "--model", MODEL)).toEqual([
      2,
      expect.stringMatching(/expected one of them/),
    ]);
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it("says at which frame the size changes, and keeps what was found before", async () => {
    const cwd = await makeFrames(5);
    const small = sharp({ create: { width: 64, height: 48, channels: 3, background: "red" } });
    await small.png().toFile(join(cwd, "frames", "3.png"));
    const args = ["track", "frames", "--model", MODEL, "--point", "30,34", "--format", "rle"];
    const { status, stderr } = await runKept(args, { cwd });
    expect(status).toBe(2);
    expect(stderr).toMatch(/sam2: frame 3: expected \[96, 128\] .* got \[48, 64\]/);
    expect(readdirSync(join(cwd, "out"))).toEqual(["frames.track-state"]);
    const there = "3 of 5 frames are done; for results of what can be read: --to 2";
    expect(stderr).toContain(there);
    expect((await runKept([...args, "--to", "2"], { cwd })).status).toBe(0);
    expect(readdirSync(join(cwd, "out"))).toEqual(["frames.rle.json"]);
  });
});
