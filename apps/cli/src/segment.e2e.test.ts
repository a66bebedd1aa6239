import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decompressRle, rleArea, rleFromBitmap, rleIou } from "@sam2js/masks";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

describe("sam2 segment, as it is built", () => {
  it("prints a table and writes an overlay and a COCO file", async () => {
    const cwd = makeFolder("groceries.jpg");
    const prompts = ["--box", "bag:450,170,520,350", "--point", "floor:400,500", "--subject"];
    const args = ["segment", "groceries.jpg", ...prompts];
    const { status, stdout, stderr } = await runCli(args, { cwd });
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    expect(stdout).toMatch(
      /^groceries\.jpg {2}800 x 534, [\d.]+ s\n {2}object +score +box +area\n {2}bag +0\.\d{3}/,
    );
    expect(stdout).toContain(`wrote ${join("out", "groceries.overlay.png")}`);
    const overlay = await sharp(join(cwd, "out", "groceries.overlay.png")).metadata();
    expect([overlay.width, overlay.height, overlay.channels]).toEqual([800, 534, 3]);
    const coco = readJson(cwd, "out", "groceries.coco.json");
    expect(coco.images).toEqual([{ id: 1, file_name: "groceries.jpg", width: 800, height: 534 }]);
    expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(["bag", "floor", "subject"]);
    for (const { segmentation, area, bbox, score } of coco.annotations) {
      const rle = decompressRle(segmentation);
      expect(rle.size).toEqual([534, 800]);
      expect(rleArea(rle)).toBe(area);
      expect(area).toBeGreaterThan(100);
      expect(area).toBeLessThanOrEqual(bbox[2] * bbox[3]);
      expect(score).toBeGreaterThan(0);
    }
  });

  it("gives an object what it gets alone, whatever else is asked", async () => {
    const cwd = makeFolder("groceries.jpg");
    const ask = async (...prompts: string[]) => {
      const { stdout } = await runKept(
        ["segment", "groceries.jpg", "--json", "--format", "npy", ...prompts],
        {
          cwd,
        },
      );
      return JSON.parse(stdout).images[0].objects as { object: string; score: number; area: number }[];
    };
    const together = await ask(
      "--point",
      "a:400,500",
      "--box",
      "b:450,170,520,350",
      "--point",
      "c:100,100",
      "--point",
      "c:90,90,0",
    );
    const alone = await ask("--point", "c:100,100", "--point", "c:90,90,0");
    expect(together.map(({ object }) => object)).toEqual(["a", "b", "c"]);
    expect(together[2]?.score).toBeCloseTo(alone[0]?.score ?? 0, 5);
    expect(together[2]?.area).toBe(alone[0]?.area);
  });

  it("writes every format, and takes logits and bitmaps back as prompts", async () => {
    const cwd = makeFolder("groceries.jpg");
    const formats = "overlay,png,cutout,coco,yolo,voc,cvat,svg,geojson,npy";
    const first = await runKept(["segment", "groceries.jpg", "--point", "floor/1:400,500", "-f", formats], {
      cwd,
    });
    expect(first.status).toBe(0);
    const out = (name: string) => join(cwd, "out", `groceries.${name}`);
    for (const name of [
      "overlay.png",
      "floor_1.png",
      "floor_1.cutout.png",
      "coco.json",
      "svg",
      "geojson",
      "floor_1.npy",
    ]) {
      expect(existsSync(out(name)), name).toBe(true);
    }
    const { data, info } = await sharp(out("floor_1.png")).raw().toBuffer({ resolveWithObject: true });
    const bits = Uint8Array.from(
      { length: info.width * info.height },
      (_, i) => data[i * info.channels] ?? 0,
    );
    expect(new Set(bits)).toEqual(new Set([0, 255]));
    const [annotation] = readJson(out("coco.json")).annotations;
    const bitmap = rleFromBitmap(bits, info.width, info.height);
    expect(rleIou(bitmap, decompressRle(annotation.segmentation))).toBe(1);
    expect((await sharp(out("floor_1.cutout.png")).metadata()).hasAlpha).toBe(true);
    expect(readFileSync(out("svg"), "utf8")).toMatch(/^<svg [\s\S]*<title>floor\/1 /);
    expect(readJson(out("geojson")).features[0].properties.object).toBe("floor/1");
    const [left, top, width, height] = annotation.bbox;
    const box = `<xmin>${left + 1}</xmin><ymin>${top + 1}</ymin><xmax>${left + width}</xmax><ymax>${top + height}</ymax>`;
    expect(readFileSync(out("xml"), "utf8")).toContain(box);
    expect(readFileSync(out("cvat.xml"), "utf8")).toContain(
      `left="${left}" top="${top}" width="${width}" height="${height}"`,
    );
    expect(readFileSync(out("txt"), "utf8")).toMatch(/^0 (0(\.\d+)? |1 )+/);
    expect(readFileSync(out("classes.txt"), "utf8")).toBe("floor/1\n");

    for (const mask of ["groceries.floor_1.npy", "groceries.floor_1.png"]) {
      const args = [
        "segment",
        "groceries.jpg",
        "--point",
        "400,500",
        "--mask",
        join("out", mask),
        "--json",
        "-o",
        "again",
      ];
      const { stdout, status } = await runKept(args, { cwd });
      expect(status).toBe(0);
      const [object] = JSON.parse(stdout).images[0].objects;
      expect(object.area).toBeGreaterThan(0.5 * bitmap.size[0]);
    }
    const drawn = readFileSync(out("floor_1.png"));
    const over = ["segment", "groceries.jpg", "--mask", "floor/1=out/groceries.floor_1.png", "-f", "svg,png"];
    expect(await runKept(over, { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("results replace no input"),
    });
    expect(readFileSync(out("floor_1.png"))).toEqual(drawn);
  });

  it("keeps all masks of an object with --multimask, best first", async () => {
    const cwd = makeFolder("groceries.jpg");
    const args = ["segment", "groceries.jpg", "--point", "400,500", "--multimask", "--json"];
    const { objects, files } = JSON.parse((await runKept(args, { cwd })).stdout).images[0];
    expect(objects.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3]);
    expect(objects[0].score).toBeGreaterThanOrEqual(objects[2].score);
    expect(files).toContain(join("out", "groceries.overlay.3.png"));
    const single = JSON.parse(
      (
        await runKept(
          args.filter((each) => each !== "--multimask"),
          { cwd },
        )
      ).stdout,
    ).images[0];
    expect(single.objects).toMatchObject([{ score: objects[0].score, area: objects[0].area }]);
  });

  it("reads prompts from stdin and names the images that have none", async () => {
    const cwd = makeFolder("groceries.jpg", "truck.jpg");
    const stdin = JSON.stringify({ images: { "groceries.jpg": [{ id: "floor", points: [[400, 500]] }] } });
    const alone = await runCli(["segment", "--prompts", "-"], { cwd, stdin });
    expect([alone.status, alone.stderr]).toEqual([0, expect.not.stringContaining("sam2:")]);
    expect(alone.stdout).toContain("floor");
    const both = await runKept(["segment", ".", "--prompts", "-"], { cwd, stdin });
    expect(both.status).toBe(3);
    expect(both.stderr).toMatch(/1 of 2 images could not be done:\n {2}truck\.jpg: expected prompts/);
  });

  it("does the others when a file is no image, and ends with 3", async () => {
    const cwd = makeFolder("groceries.jpg");
    writeFileSync(join(cwd, "text.jpg"), "this is a text");
    const { status, stdout, stderr } = await runKept(["segment", "*.jpg", "none.png", "--point", "400,500"], {
      cwd,
    });
    expect(status).toBe(3);
    expect(stdout).toContain("groceries.overlay.png");
    expect(stderr).toContain("2 of 3 images could not be done:");
    expect(stderr).toMatch(/text\.jpg: expected JPEG.*got a text file/);
    expect(stderr).toMatch(/none\.png: expected an image/);
    expect(existsSync(join(cwd, "out", "text.coco.json"))).toBe(false);
  });

  it("takes each image for itself when the first, decoded beside loading, is left out", async () => {
    const cwd = makeFolder("groceries.jpg", "truck.jpg");
    writeFileSync(join(cwd, "a.jpg"), "this is a text");
    const stdin = JSON.stringify({ images: { "truck.jpg": [{ id: "truck", points: [[900, 600]] }] } });
    const alone = await runKept(["segment", "truck.jpg", "--json", "--prompts", "-"], { cwd, stdin });
    for (const first of ["groceries.jpg", "a.jpg"]) {
      const args = ["segment", first, "truck.jpg", "--json", "--prompts", "-"];
      const { status, stdout } = await runKept(args, { cwd, stdin });
      expect(status).toBe(3);
      const [truck] = JSON.parse(stdout).images;
      const [expected] = JSON.parse(alone.stdout).images;
      expect(truck.objects).toEqual(expected.objects);
    }
  });

  it("ends with 2 for a single file that is no image, with 1 or 2 and one line for a model that is none", async () => {
    const cwd = makeFolder("groceries.jpg");
    writeFileSync(join(cwd, "text.jpg"), "this is a text");
    const text = await runCli(["segment", "text.jpg", "--point", "1,1"], { cwd });
    expect([text.status, text.stderr]).toEqual([
      2,
      expect.stringMatching(/^sam2: text\.jpg: expected JPEG[^\n]*got a text file[^\n]*\n$/),
    ]);
    const args = ["segment", "groceries.jpg", "--point", "1,1", "--model", "nobody/nothing", "--offline"];
    const model = await runKept(args, { cwd, env: { HF_HOME: join(cwd, "hf") } });
    expect([model.status, model.stderr]).toEqual([
      1,
      expect.stringMatching(/^sam2: nobody\/nothing[^\n]*offline[^\n]*\n$/),
    ]);
  });

  it("says before any work which folder it cannot write to", async () => {
    const cwd = makeFolder("groceries.jpg");
    writeFileSync(join(cwd, "file"), "");
    const { status, stderr } = await runKept(
      ["segment", "groceries.jpg", "--point", "1,1", "--out", "file"],
      {
        cwd,
      },
    );
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^sam2: --out: expected a folder.*file/)]);
  });
});
