import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type CliResult, makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const QUICK = ["--points-per-side", "4", "--pred-iou-thresh", "0.2", "--stability-score-thresh", "0.2"];

/** Only root may mount a small disk. */
const canMount = process.platform === "linux" && process.getuid?.() === 0;

/** A folder with `in/0.jpg`, `in/1.jpg`, …, small parts of a photo. */
async function makePictures(count: number): Promise<string> {
  const cwd = makeFolder("groceries.jpg");
  mkdirSync(join(cwd, "in"));
  for (let at = 0; at < count; at++) {
    const part = { left: 30 * at, top: 10 * at, width: 240, height: 180 };
    await sharp(join(cwd, "groceries.jpg"))
      .extract(part)
      .resize(80)
      .jpeg()
      .toFile(join(cwd, "in", `${at}.jpg`));
  }
  return cwd;
}

/** All results by name, without what says how they came about. */
function results(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const paths = files.map((each) => join(each.parentPath, each.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length), readFileSync(path).toString("base64")]),
  );
}

describe("sam2 batch, as it is built", () => {
  it.runIf(process.platform === "linux")(
    "goes on after a kill -9 of all and writes what an undisturbed run writes",
    async () => {
      const cwd = await makePictures(12);
      writeFileSync(join(cwd, "in", "text.jpg"), "this is a text");
      // The same number of threads, or the engine's sums have another order.
      const same = ["--format", "coco,png,tar", "--threads", "1", ...QUICK];
      const args = (out: string) => ["batch", "in", "--out", out, ...same];
      const undisturbed = await runCli([...args("a"), "--processes", "2"], { cwd });
      expect([undisturbed.status, undisturbed.stdout]).toEqual([
        3,
        expect.stringMatching(/^12 of 13 done, \d+ masks\n/),
      ]);
      expect(undisturbed.stderr).toMatch(/1 of 13 images could not be done:\n.*text\.jpg: expected JPEG/);

      let again: CliResult | undefined;
      let kills = 0;
      for (; again?.status !== 3; kills++) {
        const run = runCli([...args("b"), "--resume"], {
          cwd,
          onStart: ({ pid = 0 }) => {
            const timer = setInterval(() => {
              // As soon as it has done something new; some runs are let end.
              if (kills > 2 || doneIn(join(cwd, "b")) <= 2 * kills) return;
              clearInterval(timer);
              for (const each of [...childrenOf(pid), pid]) killHard(each);
            }, 20);
            timer.unref();
          },
        });
        again = await run;
      }
      expect(kills).toBeGreaterThan(1);
      expect(again.stdout).toBe(undisturbed.stdout.replaceAll("a/", "b/"));
      expect(results(join(cwd, "b"))).toEqual(results(join(cwd, "a")));
    },
  );

  it.runIf(canMount)("goes on after a full disk, once there is room", async () => {
    const cwd = await makePictures(8);
    const args = ["batch", "in", "--format", "coco,png,tar", "--shards", "4", ...QUICK];
    expect((await runKept([...args, "--out", "alone"], { cwd })).status).toBe(0);
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    const mount = (...options: string[]) =>
      spawnSync("mount", ["-t", "tmpfs", ...options, "tmpfs", disk]).status;
    expect(mount("-o", "size=120k")).toBe(0);
    try {
      const full = await runKept([...args, "--out", "disk/out"], { cwd });
      expect([full.status, full.stdout]).toEqual([1, ""]);
      expect(full.stderr).toMatch(/^(batch: [^\n]*\n)*sam2: [^\n]*disk\/out[^\n]*\n$/);
      expect(mount("-o", "remount,size=100m")).toBe(0);
      expect((await runKept([...args, "--out", "disk/out", "--resume"], { cwd })).status).toBe(0);
      expect(results(join(disk, "out"))).toEqual(results(join(cwd, "alone")));
    } finally {
      spawnSync("umount", [disk]);
    }
  });

  it.runIf(process.platform === "linux")(
    "gives up the picture at which processes die, and does the others",
    async () => {
      const cwd = await makePictures(3);
      // Nobody writes into the pipe: whoever reads it waits for the test to kill it.
      execFileSync("mkfifo", [join(cwd, "in", "1a.jpg")]);
      const killed = new Set<number>();
      const { status, stderr, stdout } = await runCli(
        ["batch", "in", "--out", "out", "--shards", "1", ...QUICK],
        {
          cwd,
          onStart: ({ pid = 0 }) => {
            const timer = setInterval(() => {
              if (doneIn(join(cwd, "out")) < 2) return;
              for (const child of childrenOf(pid).filter((each) => hasOpen(each, "1a.jpg"))) {
                killHard(child);
                // One that takes long to end is found again.
                killed.add(child);
              }
            }, 200);
            timer.unref();
          },
        },
      );
      expect([status, killed.size]).toEqual([3, 2]);
      expect(stdout).toMatch(/^3 of 4 done/);
      expect(stderr).toContain("1a.jpg: the process that worked on it ended by SIGKILL, 2 times");
    },
  );

  it("segments boxes of COCO and YOLO and prompts of a manifest alike", async () => {
    const cwd = await makePictures(2);
    const box = [10, 20, 40, 30];
    const categories = [{ id: 44, name: "cup" }];
    const images = [0, 1].map((at) => ({ id: 70 + at, file_name: `${at}.jpg` }));
    const annotations = [{ id: 5, image_id: 71, category_id: 44, bbox: box }];
    writeFileSync(join(cwd, "boxes.json"), JSON.stringify({ images, annotations, categories }));
    mkdirSync(join(cwd, "labels"));
    writeFileSync(join(cwd, "labels", "classes.txt"), "dog\ncup\n");
    writeFileSync(join(cwd, "labels", "1.txt"), `1 ${30 / 80} ${35 / 60} ${40 / 80} ${30 / 60}\n`);
    const lines = [
      { image: "in/0.jpg", objects: [] },
      { image: "in/1.jpg", objects: [{ id: "cup", box: [10, 20, 50, 50] }] },
      { image: "in/1.jpg" },
    ];
    writeFileSync(join(cwd, "list.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const segment = (out: string, ...args: string[]) =>
      runKept(["batch", ...args, "--task", "segment", "--out", out], { cwd });
    const read = (out: string) => JSON.parse(readFileSync(join(cwd, out, "coco.json"), "utf8"));

    expect(await segment("coco", "in", "--boxes", "boxes.json")).toMatchObject({ status: 0 });
    const coco = read("coco");
    expect(coco.images.map(({ id, file_name }: Image) => [id, file_name])).toEqual([
      [70, "0.jpg"],
      [71, "1.jpg"],
    ]);
    expect(coco.annotations).toMatchObject([{ image_id: 71, category_id: 44, attributes: { name: "5" } }]);
    expect(coco.categories).toMatchObject([{ id: 44, name: "cup" }]);

    expect(await segment("yolo", "in", "--boxes", "labels")).toMatchObject({ status: 0 });
    expect(read("yolo").annotations[0]).toMatchObject({
      category_id: 1,
      image_id: 2,
      segmentation: coco.annotations[0].segmentation,
    });

    const { status, stderr } = await segment("list", "list.jsonl");
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/in\/1\.jpg: expected prompts for this picture/),
    ]);
    expect(read("list").annotations[0].segmentation).toEqual(coco.annotations[0].segmentation);
  });

  it("is done by parts, whose number Kubernetes and Slurm tell, and merged at the end", async () => {
    const cwd = await makePictures(5);
    const part = (env: Record<string, string>, ...args: string[]) =>
      runKept(["batch", "in", "--out", "out", "--shards", "4", ...QUICK, ...args], { cwd, env });
    const early = part({ JOB_COMPLETION_INDEX: "0", JOB_COMPLETION_COUNT: "3" });
    expect(await early).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^2 of 4 shards are done/),
    });
    const tooEarly = await runKept(["batch", "merge", "out"], { cwd });
    expect([tooEarly.status, tooEarly.stderr]).toEqual([
      2,
      expect.stringContaining("expected 4 shards that are done, got 2; not done: 1, 2"),
    ]);
    const slurm = { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "3", SLURM_ARRAY_TASK_MIN: "1" };
    expect((await part(slurm)).status).toBe(0);
    expect((await part({}, "--shard", "2/3")).status).toBe(0);
    expect((await runKept(["batch", "merge", "out"], { cwd })).status).toBe(0);
    expect(
      (await runKept(["batch", "in", "--out", "whole", "--shards", "4", ...QUICK], { cwd })).status,
    ).toBe(0);
    expect(results(join(cwd, "out"))).toEqual(results(join(cwd, "whole")));
    const other = await runKept(["batch", "in", "--out", "out", "--shards", "4"], { cwd });
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining("got one with other settings")]);
  });

  it("encodes pictures ahead, as sam2 encode does", async () => {
    const cwd = await makePictures(2);
    const encode = ["in", "--out", "out", "--task", "encode", "--precision", "q8"];
    expect((await runKept(["batch", ...encode], { cwd })).status).toBe(0);
    expect((await runKept(["encode", "in", "--out", "alone", "--precision", "q8"], { cwd })).status).toBe(0);
    expect(results(join(cwd, "out", "embeddings"))).toEqual(results(join(cwd, "alone")));
  });

  it("tracks objects, one video an entry", async () => {
    const cwd = await makePictures(3);
    const objects = [{ id: "cup", points: [[40, 30]] }];
    writeFileSync(
      join(cwd, "list.jsonl"),
      `${JSON.stringify({ image: "in", objects })}\n{"image":"none.mp4"}\n`,
    );
    const run = ["batch", "list.jsonl", "--task", "track", "--format", "coco,mot", "--out", "out"];
    const { status, stdout } = await runKept(run, { cwd });
    expect([status, stdout]).toEqual([3, expect.stringMatching(/^1 of 2 done/)]);
    const coco = JSON.parse(readFileSync(join(cwd, "out/tracks/00000/in.coco.json"), "utf8"));
    expect(coco.images).toHaveLength(3);
    expect(existsSync(join(cwd, "out/tracks/00000/in.mot.txt"))).toBe(true);
  });
});

interface Image {
  readonly id: number;
  readonly file_name: string;
}

/** How many pictures are written down as done in unfinished shards. */
function doneIn(folder: string): number {
  const names = readdirSyncOrNone(join(folder, "journal")).filter((name) => name.endsWith(".jsonl"));
  const lines = names.map(
    (name) => readFileSync(join(folder, "journal", name), "utf8").split("\n").length - 2,
  );
  return lines.reduce((sum, count) => sum + Math.max(count, 0), 0);
}

function readdirSyncOrNone(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function hasOpen(pid: number, name: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)).endsWith(name));
  } catch {
    return false;
  }
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
