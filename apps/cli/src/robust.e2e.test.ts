import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { makeFolder, runCli, runKept } from "./__fixtures__/run-cli.js";

/** Only root may mount a small disk. Short writes without one are tested where files are written, in runtime-node. */
const canMount = process.platform === "linux" && process.getuid?.() === 0;

describe("a full disk", () => {
  it.runIf(canMount)("is told in one line, and leaves whole files only", async () => {
    const cwd = makeFolder("truck.jpg");
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", disk]).status).toBe(0);
    try {
      const args = ["segment", "truck.jpg", "--point", "500,375", "--format", "overlay", "--out", "disk/out"];
      const { status, stdout, stderr } = await runKept(args, { cwd });
      expect(status).toBe(1);
      expect(stdout).not.toContain("wrote");
      expect(stderr).toMatch(/^sam2: [^\n]*truck\.overlay\.png: [^\n]*\n$/);
      expect(readdirSync(join(disk, "out"))).toEqual([]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});

describe("results that nobody can take", () => {
  it.runIf(existsSync("/dev/full"))("end in one line", async () => {
    const cwd = makeFolder("truck.jpg");
    const { status, stderr } = await runCli(["info", "nano"], {
      cwd,
      stdoutFile: openSync("/dev/full", "w"),
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sam2: results cannot be printed[^\n]*\n$/);
  });
});

describe("what killed runs left", () => {
  it("goes with the next run in that folder, and nothing else", async () => {
    const cwd = makeFolder("truck.jpg");
    mkdirSync(join(cwd, "out"));
    const draft = ".sam2js-999999-0123456789ab-01234567-89ab-cdef-0123-456789abcdef.draft";
    for (const name of [draft, "mine.draft", ".sam2js-notes"]) writeFileSync(join(cwd, "out", name), "");
    const old = join(cwd, "out", draft);
    const past = new Date(Date.now() - 3 * 24 * 60 * 60_000);
    utimesSync(old, past, past);
    const { status } = await runKept(["segment", "truck.jpg", "--point", "500,375", "--format", "coco"], {
      cwd,
    });
    expect(status).toBe(0);
    expect(readdirSync(join(cwd, "out")).sort()).toEqual([".sam2js-notes", "mine.draft", "truck.coco.json"]);
  });
});

describe("folders and names", () => {
  async function twoFolders(): Promise<string> {
    const cwd = makeFolder();
    const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#a63" } })
      .jpeg()
      .toBuffer();
    for (const folder of ["a", "b"]) {
      mkdirSync(join(cwd, folder));
      for (const name of ["1.jpg", "._1.jpg", "1.overlay.png", "notes.txt"])
        writeFileSync(join(cwd, folder, name), picture);
    }
    return cwd;
  }

  it("counts what is left out, and tells pictures of one name apart", async () => {
    const cwd = await twoFolders();
    const args = ["segment", "a", "b", "--box", "5,5,40,40", "--format", "coco", "--json"];
    const { status, stdout, stderr } = await runKept(args, { cwd });
    expect([status, stderr]).toEqual([0, expect.stringContaining("6 files left out: 2 hidden files")]);
    expect(JSON.parse(stdout).leftOut).toHaveLength(6);
    const names = ["1.coco.json", "1-2.coco.json"].map(
      (name) => JSON.parse(readFileSync(join(cwd, "out", name), "utf8")).images[0].file_name,
    );
    expect(names).toEqual(["a/1.jpg", "b/1.jpg"]);
  });

  it("shows URLs without their secrets", async () => {
    const cwd = await twoFolders();
    const picture = readFileSync(join(cwd, "a", "1.jpg"));
    const server = createServer((_, response) => response.end(picture)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/x/photo.jpg`;
    const args = [
      "generate",
      `${url}?X-Signature=secret`,
      "--format",
      "coco",
      "--points-per-side",
      "4",
      "--json",
    ];
    const { status, stdout, stderr } = await runKept(args, { cwd, env: { NO_PROXY: "127.0.0.1" } });
    server.close();
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout).images[0].image).toBe(url);
    for (const name of ["photo.coco.json", ".sam2/photo.json"])
      expect(readFileSync(join(cwd, "out", name), "utf8")).not.toContain("secret");
  });

  it("goes on by content: a picture replaced by one of the same size is done anew", async () => {
    const cwd = await twoFolders();
    const args = [
      "generate",
      "a",
      "--format",
      "coco",
      "--points-per-side",
      "4",
      "--resume",
      "--out",
      "again",
    ];
    expect((await runKept(args, { cwd })).status).toBe(0);
    expect((await runKept(args, { cwd })).stderr).toContain("1 of 1 images are done already");
    const path = join(cwd, "a", "1.jpg");
    const { size, atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    const at = bytes.length - 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    expect(statSync(path).size).toBe(size);
    const { stderr } = await runKept(args, { cwd });
    expect(stderr).not.toContain("done already");
    expect(stderr).toContain("the image changed; done anew");
  });
});
