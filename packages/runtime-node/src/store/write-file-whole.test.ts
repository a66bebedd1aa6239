import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CheckpointError, StoreError } from "@sam2js/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { draftPath, removeDrafts } from "./drafts.js";
import { fileOwner } from "./file-owner.js";
import { writeAll, writeFileWhole } from "./write-file-whole.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-write-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bytes = Uint8Array.of(1, 2, 3, 4, 5);

describe("writeFileWhole", () => {
  test.each([
    ["text", "héllo", Buffer.from("héllo")],
    ["bytes", bytes, Buffer.from(bytes)],
    ["pieces", [bytes, bytes], Buffer.from([1, 2, 3, 4, 5, 1, 2, 3, 4, 5])],
    ["nothing", "", Buffer.alloc(0)],
  ])("writes %s, and nothing else stays in the folder", async (_, content, expected) => {
    const file = path.join(folder, "a", "b", "file");
    await writeFileWhole(file, content);
    expect(await readFile(file)).toEqual(expected);
    expect(await readdir(path.dirname(file))).toEqual(["file"]);
  });

  test("a failure half-way leaves what was there, and no draft", async () => {
    const file = path.join(folder, "file");
    await writeFile(file, "before");
    const failing = async function* () {
      yield bytes;
      throw new CheckpointError("the source is damaged");
    };
    await expect(writeFileWhole(file, failing())).rejects.toThrow(CheckpointError);
    expect(await readFile(file, "utf8")).toBe("before");
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("an abort leaves what was there", async () => {
    const file = path.join(folder, "file");
    const controller = new AbortController();
    const reason = new TypeError("enough");
    const aborting = async function* () {
      yield bytes;
      controller.abort(reason);
      yield bytes;
    };
    await expect(writeFileWhole(file, aborting(), { signal: controller.signal })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a folder in the way is a StoreError that names the file", async () => {
    const file = path.join(folder, "taken");
    await mkdir(path.join(file, "inside"), { recursive: true });
    const error = await writeFileWhole(file, "x").catch((caught: unknown) => caught);
    expect(StoreError.isInstance(error) && error.facts.name).toBe(file);
    expect(await readdir(folder)).toEqual(["taken"]);
  });

  test("many writers of one file leave one of their contents", async () => {
    const file = path.join(folder, "file");
    const texts = Array.from({ length: 50 }, (_, i) => String(i).repeat(1000));
    await Promise.all(texts.map((text) => writeFileWhole(file, text)));
    expect(texts).toContain(await readFile(file, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test.skipIf(process.platform === "win32")("a link is followed, permissions are kept", async () => {
    const file = path.join(folder, "file");
    const link = path.join(folder, "link");
    await writeFile(file, "before");
    await chmod(file, 0o640);
    await symlink(file, link);
    await writeFileWhole(link, "after");
    expect(await readFile(file, "utf8")).toBe("after");
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(["file", "link"]);
  });

  test.skipIf(!existsSync("/dev/full"))("a device that is full is STORE_FULL", async () => {
    await expect(writeFileWhole("/dev/full", "x")).rejects.toMatchObject({ code: "STORE_FULL" });
    expect((await stat("/dev/full")).isCharacterDevice()).toBe(true);
  });
});

describe("writeAll", () => {
  /** A file that takes at most `most` bytes a call, as disks do that are nearly full, and `room` in all. */
  const shortFile = (most: number, room: number) => {
    const taken: number[] = [];
    const write = async (from: Uint8Array, offset: number, length: number) => {
      const bytesWritten = Math.min(most, length, room - taken.length);
      taken.push(...from.subarray(offset, offset + bytesWritten));
      return { bytesWritten, buffer: from };
    };
    return { taken, handle: { write } as unknown as Parameters<typeof writeAll>[0] };
  };

  test("goes on after a short write", async () => {
    const { taken, handle } = shortFile(2, 100);
    await writeAll(handle, bytes, 0, "file");
    expect(taken).toEqual([...bytes]);
  });

  test("a disk that takes nothing more is STORE_FULL", async () => {
    const { handle } = shortFile(2, 3);
    await expect(writeAll(handle, bytes, 0, "file")).rejects.toMatchObject({
      code: "STORE_FULL",
      facts: { expected: 5, got: 3 },
    });
  });
});

describe("removeDrafts", () => {
  const ended = () => spawnSync(process.execPath, ["-e", ""]).pid;
  const draftOf = (pid: number, place: string) =>
    path.basename(draftPath("x")).replace(/-\d+-[0-9a-f]{12}-/, `-${pid}-${place}-`);

  test("takes away what ended processes left, and nothing of living or distant ones", async () => {
    const { pid, place } = fileOwner();
    const dead = draftOf(ended(), place);
    const living = draftOf(pid, place);
    const distant = draftOf(ended(), "0".repeat(12));
    for (const name of [dead, living, distant, "other.draft"]) await writeFile(path.join(folder, name), "");
    await removeDrafts(folder);
    expect((await readdir(folder)).sort()).toEqual([living, distant, "other.draft"].sort());
  });

  test("takes away old drafts of any process, below the folder too where that is asked for", async () => {
    await mkdir(path.join(folder, "sub"));
    const old = path.join(folder, "sub", draftOf(1, "0".repeat(12)));
    await writeFile(old, "");
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await removeDrafts(folder);
    expect(existsSync(old)).toBe(true);
    await removeDrafts(folder, true);
    expect(existsSync(old)).toBe(false);
    await removeDrafts(path.join(folder, "absent"));
  });
});
