import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Tensor } from "@sam2js/core";
import nano from "@sam2js/nano";
import { Sam2Processor } from "@sam2js/processor";
import { fixtureDir, loadGolden, loadMeta } from "@sam2js/reference";
import { startFakeHub } from "@sam2js/testing/fake-hub";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const NANO_FOLDER = fileURLToPath(new URL(".", nano.files["config.json"]));

function filesOf(folder: string, ending: RegExp): Record<string, Uint8Array> {
  const names = readdirSync(folder).filter((name) => ending.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
}

describe("models from the Hub", () => {
  it("are fetched once, then found in the cache without a connection", async () => {
    const cwd = makeFolder("groceries.jpg");
    await using hub = await startFakeHub([
      { name: "acme/tiny", files: filesOf(NANO_FOLDER, /\.(json|safetensors)$/) },
    ]);
    const env = { HF_HOME: join(cwd, "hf"), HF_ENDPOINT: hub.endpoint, HF_TOKEN: "" };
    const args = ["segment", "groceries.jpg", "--point", "400,500", "--model", "acme/tiny", "--json"];
    const first = await runCli(args, { cwd, env });
    expect([first.status, first.stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    expect(hub.requests.some(({ path }) => path.includes("model.safetensors"))).toBe(true);
    const asked = hub.requests.length;
    const offline = await runKept([...args, "--offline"], { cwd, env });
    expect(offline.status).toBe(0);
    expect(hub.requests.length).toBe(asked);
    const objects = (text: string) => JSON.parse(text).images[0].objects;
    expect(objects(offline.stdout)).toEqual(objects(first.stdout));
    const bundled = await runKept(
      args.map((each) => (each === "acme/tiny" ? "nano" : each)),
      { cwd, env },
    );
    expect(objects(bundled.stdout)).toEqual(objects(first.stdout));
    const missing = await runKept(
      args.map((each) => (each === "acme/tiny" ? "acme/none" : each)),
      { cwd, env },
    );
    expect([missing.status, missing.stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(/^sam2: acme\/none/),
    ]);
    expect(missing.status).not.toBe(0);
  });
});

describe("sam2 info", () => {
  it("describes a model in words and as JSON", async () => {
    const words = await runCli(["info", fixtureDir("odd-a"), "--run"]);
    expect([words.status, words.stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    expect(words.stdout).toMatch(
      /input +128 x 128 pixels[\s\S]*parameters +0\.23 M[\s\S]*GFLOP[\s\S]*here +loaded in/,
    );
    const json = JSON.parse((await runKept(["info", "nano", "--json"])).stdout);
    expect(json).toMatchObject({
      name: "nano",
      parameters: { video: expect.any(Number) },
      config: { maskSize: json.config.imageSize / 4 },
    });
    expect((json.parameters.image + json.parameters.video) * 4).toBe(json.sizeBytes);
  });
});

describe("a .pt file", () => {
  it("is described, run and converted like any model, with what its weights do not say given", async () => {
    const cwd = makeFolder("groceries.jpg");
    const { file, given } = loadMeta();
    writeFileSync(join(cwd, "tuned.pt"), file);
    writeFileSync(join(cwd, "known.json"), JSON.stringify(given));
    const known = ["--config", "known.json"];
    const unknown = await runKept(["info", "tuned.pt"], { cwd });
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/^sam2: tuned\.pt: expected a backbone/),
    ]);
    const info = await runKept(["info", "tuned.pt", ...known], { cwd });
    expect(info.stdout).toMatch(/input +64 x 64 pixels[\s\S]*assumed +other settings/);
    const converted = await runCli(["convert", "tuned.pt", "--out", "tuned", ...known], { cwd });
    expect([converted.status, converted.stdout]).toEqual([
      0,
      expect.stringContaining("wrote tuned: 298 tensors"),
    ]);
    expect(readdirSync(join(cwd, "tuned")).sort()).toEqual([
      "config.json",
      "model.safetensors",
      "processor_config.json",
    ]);
    const answers = [];
    for (const model of [["tuned.pt", ...known], ["tuned"]]) {
      const args = ["segment", "groceries.jpg", "--point", "400,500", "--json", "--model", ...model];
      answers.push(JSON.parse((await runKept(args, { cwd })).stdout).images[0].objects);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe("sam2 doctor", () => {
  it("tries everything and never fails because of a missing device or Hub", async () => {
    const cwd = makeFolder();
    const env = { HF_HOME: join(cwd, "hf"), HF_ENDPOINT: "http://127.0.0.1:9" };
    const { status, stdout, stderr } = await runCli(["doctor", "--json"], { env });
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    const { works, checks, devices } = JSON.parse(stdout);
    expect(works).toBe(true);
    expect(devices.map(({ device }: { device: string }) => device)).toEqual([
      "cpu",
      "webgpu",
      "cuda",
      "coreml",
      "dml",
    ]);
    expect(devices[0].works).toBe(true);
    expect(checks.find(({ name }: { name: string }) => name === "read images").detail).toBe(
      "JPEG, PNG, WebP, GIF, TIFF, AVIF",
    );
    expect(checks.find(({ name }: { name: string }) => name === "Hub").state).toBe("info");
  });
});

describe("sam2 verify", () => {
  // A stand-in: the reference's own figures for a small random checkpoint (tooling/reference), from its PNG files on.
  const golden = loadGolden("odd-a");
  const row = (name: string, multimask: boolean) => {
    const { prompt, images, outputs } = golden.case(name) as unknown as {
      prompt: Record<string, unknown>;
      images: string[];
      outputs: Record<string, string>;
    };
    const scores = golden.tensor(outputs.iou_scores as string);
    const masks = golden.tensor(outputs.pred_masks as string);
    const [, objects = 1, perObject = 1, height = 0, width = 0] = masks.dims;
    const corners = images.map((_, image) => {
      const first = image * objects * perObject;
      const best = [...scores.data.slice(first, first + perObject)].reduce(
        (at, value, i, all) => (value > (all[at] ?? 0) ? i : at),
        0,
      );
      const begin = (first + best) * height * width;
      return [0, 1, 2].map((y) => [...masks.data.slice(begin + y * width, begin + y * width + 3)]);
    });
    return {
      prompts: {
        images,
        points: prompt.input_points,
        labels: prompt.input_labels,
        boxes: prompt.input_boxes,
        multimask,
      },
      scores: [...scores.data],
      "best_mask_logits[:3,:3]": corners,
    };
  };
  const expected = () => ({
    "acme/odd": {
      images: { a: "acme/pictures a.png", b: "acme/pictures folder/b.png", c: "acme/pictures c.png" },
      "one point": row("single_point", true),
      "several points, one mask": row("points_single_mask", false),
      "two images, ragged": row("ragged_both", false),
      "two images, boxes": row("images_boxes", true),
      "an image that is nowhere": {
        prompts: { images: ["c"], points: [[[[1, 1]]]] },
        scores: [0.5, 0.5, 0.5],
      },
    } as Record<string, object>,
    "acme/odd, video (x)": { "point (1,2)": [] },
  });

  it("finds a checkpoint from the Hub as stated, with images from the Hub, and names what it could not check", async () => {
    const cwd = makeFolder();
    await using hub = await startFakeHub([
      { name: "acme/odd", files: filesOf(fixtureDir("odd-a"), /config\.json$|\.safetensors$/) },
      {
        name: "datasets/acme/pictures",
        files: {
          "a.png": readFileSync(golden.imageFile("a")),
          "folder/b.png": readFileSync(golden.imageFile("b")),
        },
      },
    ]);
    const env = { HF_HOME: join(cwd, "hf"), HF_ENDPOINT: hub.endpoint };
    writeFileSync(join(cwd, "expected.json"), JSON.stringify(expected()));
    const { status, stdout } = await runCli(["verify", "acme/odd", "--expected", "expected.json"], {
      cwd,
      env,
    });
    expect(stdout).toContain("8 comparisons, all as stated; 2 rows not checked");
    expect(stdout).toMatch(/not checked: an image that is nowhere: image c cannot be had/);
    expect(stdout).toMatch(/not checked: video, point \(1,2\): .*is a model for images/);
    expect(status).toBe(0);
  });

  it("ends with 1 when a figure is off, or when nothing could be compared", async () => {
    const cwd = makeFolder();
    const off = expected();
    (off["acme/odd"]["one point"] as { scores: number[] }).scores[0] = 0.9999;
    writeFileSync(join(cwd, "off.json"), JSON.stringify(off));
    const args = ["verify", fixtureDir("odd-a"), "--offline", "--expected", "off.json", "--json"];
    const wrong = await runKept([...args, "--images", fixtureDir("odd-a")], { cwd });
    expect(wrong.status).toBe(1);
    const { ok, rows } = JSON.parse(wrong.stdout);
    expect(ok).toBe(false);
    expect(rows[0].comparisons.map(({ isOk }: { isOk: boolean }) => isOk)).toEqual([false, true]);
    const nothing = await runKept(args.slice(0, -1), { cwd });
    expect([nothing.status, nothing.stdout]).toEqual([
      1,
      expect.stringContaining("nothing could be compared"),
    ]);
  });

  it("checks the rows about video on a model for videos, and says why where it cannot", async () => {
    const video = loadGolden("video-a");
    const cwd = makeFolder();
    const { dims, data } = video.tensor("frames");
    const [, height = 0, width = 0] = dims;
    const raw = { width, height: 6 * height, channels: 3, pageHeight: height } as const;
    await sharp(data.subarray(0, 6 * height * width * 3) as Uint8Array, { raw })
      .webp({ lossless: true, loop: 0 })
      .toFile(join(cwd, "clip.webp"));
    const processor = new Sam2Processor();
    const corner = async (frame: number): Promise<number[]> => {
      const masks = video.resolveTensor(video.case("click_six").outputs?.[`2/${frame}/masks`]);
      const side = masks.dims.at(-1) ?? 0;
      const logits = new Tensor("float32", masks.data as Float32Array, [1, 1, side, side]);
      const [large] = await processor.postProcessMasks([logits], [[height, width]], { binarize: false });
      return [0, 1, width, width + 1].map((at) => large?.data[at] ?? Number.NaN);
    };
    const [{ points } = { points: [] }] = (
      video.case("click_six").options as { steps: { points: number[][][] }[] }
    ).steps;
    const objects = [{ points: points[0], labels: [1] }];
    const frames = [await corner(0), await corner(1), await corner(2)];
    const json = {
      "acme/clips": {},
      "acme/clips, video (clip.webp, three frames)": {
        click: { objects, "logits[:2,:2]": frames },
        "another click": [1, 2, 3, 4],
      },
      "acme/clips, video (none.mp4)": { "point (210,350), tolerance 1e-4": [1, 2, 3, 4] },
    };
    writeFileSync(join(cwd, "expected.json"), JSON.stringify(json));
    const args = ["verify", fixtureDir("video-a"), "--offline", "--expected", "expected.json"];
    const { status, stdout } = await runKept(args, { cwd });
    expect(stdout).toContain("1 comparisons, all as stated; 2 rows not checked");
    expect(stdout).toContain("not checked: video, another click: what it asks is not known");
    expect(stdout).toMatch(/not checked: video, point \(210,350\): .*offline/);
    expect(status).toBe(0);
  });
});
