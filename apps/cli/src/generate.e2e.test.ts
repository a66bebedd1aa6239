import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decompressRle, rleArea } from "@sam2js/masks";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const QUICK = ["--points-per-side", "4", "--pred-iou-thresh", "0.2", "--stability-score-thresh", "0.2"];

describe("sam2 generate, as it is built", () => {
  it("does a folder, lists what is no image, writes a report, and goes on where it stopped", async () => {
    const cwd = makeFolder("groceries.jpg");
    await sharp(join(cwd, "groceries.jpg")).resize(240).jpeg().toFile(join(cwd, "truck.jpg"));
    writeFileSync(join(cwd, "text.jpg"), "this is a text");
    const formats = "overlay,coco,png,cutout,svg,geojson,npy";
    const first = await runCli(["generate", ".", "--report", "-f", formats, ...QUICK], { cwd });
    expect([first.status, first.stderr]).toEqual([3, expect.any(String)]);
    expect(first.stderr).toMatch(/1 of 3 images could not be done:\n {2}text\.jpg/);
    expect(first.stdout).toMatch(/groceries\.jpg {2}800 x 534, \d+ masks?, [\d.]+ s/);
    const coco = JSON.parse(readFileSync(join(cwd, "out", "groceries.coco.json"), "utf8"));
    expect(coco.annotations.length).toBeGreaterThan(0);
    for (const { segmentation, area } of coco.annotations)
      expect(rleArea(decompressRle(segmentation))).toBe(area);
    const labels = await sharp(join(cwd, "out", "groceries.labels.png")).metadata();
    expect([labels.width, labels.height]).toEqual([800, 534]);
    const names = readdirSync(join(cwd, "out"));
    expect(names).toEqual(
      expect.arrayContaining([
        "report.html",
        "truck.svg",
        "truck.geojson",
        "truck.labels.npy",
        "groceries.001.cutout.png",
      ]),
    );
    const html = readFileSync(join(cwd, "out", "report.html"), "utf8");
    expect(html).toContain("1 not done");
    for (const [, link] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(statSync(join(cwd, "out", decodeURIComponent(link ?? ""))).size).toBeGreaterThan(0);
    }

    rmSync(join(cwd, "text.jpg"));
    copyFileSync(join(cwd, "truck.jpg"), join(cwd, "zebra.jpg"));
    const before = statSync(join(cwd, "out", "truck.coco.json")).mtimeMs;
    const again = await runKept(["generate", ".", "--resume", "--report", "-f", formats, ...QUICK], { cwd });
    expect([again.status, again.stderr]).toEqual([
      0,
      expect.stringContaining("2 of 3 images are done already\n"),
    ]);
    expect(again.stdout).toMatch(/^zebra\.jpg/);
    expect(statSync(join(cwd, "out", "truck.coco.json")).mtimeMs).toBe(before);
    expect(readFileSync(join(cwd, "out", "report.html"), "utf8")).toContain("in 3 images");

    const other = await runKept(["generate", "truck.jpg", "--resume", "-f", formats, ...QUICK, "--use-m2m"], {
      cwd,
    });
    expect(other.stdout).toMatch(/^truck\.jpg/); // other settings, other results
  });

  it("stops at Ctrl-C and leaves whole files only", async () => {
    const cwd = makeFolder("groceries.jpg");
    for (let i = 0; i < 8; i++) copyFileSync(join(cwd, "groceries.jpg"), join(cwd, `copy-${i}.jpg`));
    const { status, stderr } = await runCli(["generate", ".", "--points-per-side", "16"], {
      cwd,
      onOutput: (child, text) => {
        if (text.includes("copy-1.coco.json") && !child.killed) child.kill("SIGINT");
      },
    });
    expect([status, stderr]).toEqual([130, expect.stringContaining("sam2: interrupted")]);
    const names = readdirSync(join(cwd, "out")).filter((name) => name !== ".sam2");
    expect(names.every((name) => /\.(overlay\.png|coco\.json)$/.test(name))).toBe(true);
    expect(names.length).toBeLessThan(16);
    for (const name of names) {
      if (name.endsWith(".json")) JSON.parse(readFileSync(join(cwd, "out", name), "utf8"));
      else expect((await sharp(join(cwd, "out", name)).stats()).channels).toHaveLength(3);
    }
  });

  it("prints JSON, and nothing else, with --json", async () => {
    const cwd = makeFolder("groceries.jpg");
    const { stdout, status } = await runKept(["generate", "groceries.jpg", "--json", ...QUICK], { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "nano",
      failed: [],
      images: [{ width: 800, height: 534 }],
    });
  });
});
