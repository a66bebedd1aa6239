import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CheckpointError, InputError, StoreError, type StoreWriter } from "@sam2js/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ownRemains } from "./blob-remains.js";
import { DiskStore, type DiskStoreOptions } from "./disk-store.js";
import { draftPath } from "./drafts.js";
import { fileOwner } from "./file-owner.js";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const key = { repo: "owner/name", commit: COMMIT, path: "model.safetensors" };
const ETAG = "e".repeat(64);
const bytes = new TextEncoder().encode("weights");
const lockTiming = { beatMs: 20, staleMs: 200, pollMs: 5 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const storeAt = (options: Partial<DiskStoreOptions> = {}) =>
  new DiskStore({ cacheDir: folder, env: {}, lockTiming, ...options });
const repo = (...steps: string[]) => path.join(folder, "models--owner--name", ...steps);

async function writerOf(store: DiskStore, at = key, etag = ETAG, size = bytes.length): Promise<StoreWriter> {
  const result = await store.open(at, etag, size);
  if (!("writer" in result)) throw new TypeError("the file was there already");
  return result.writer;
}

async function put(store: DiskStore, at = key) {
  const writer = await writerOf(store, at);
  await writer.append(bytes);
  return writer.commit();
}

describe("downloads", () => {
  test("a committed file lies in the Hub's layout: a blob by its etag and a relative link in the snapshot", async () => {
    const file = await put(storeAt(), { ...key, path: "sub/model.safetensors" });
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
    const pointer = repo("snapshots", COMMIT, "sub", "model.safetensors");
    expect(await readlink(pointer)).toBe(path.join("..", "..", "..", "blobs", ETAG));
    expect(file).toMatchObject({ location: ETAG, sizeBytes: 7 });
    expect(file.source).toEqual({ kind: "path", path: repo("blobs", ETAG) });
    expect(await readdir(repo("blobs"))).toEqual([ETAG]);
    expect(await readdir(path.join(folder, ".locks", "models--owner--name"))).toEqual([]);
  });

  test("find gives the whole file and nothing before it is committed", async () => {
    const store = storeAt();
    const writer = await writerOf(store);
    await writer.append(bytes);
    expect(await store.find(key)).toBeUndefined();
    await writer.commit();
    const file = await store.find(key);
    expect(Buffer.from((await file?.read(1, 4)) ?? []).toString()).toBe("eig");
    await expect(file?.read(4, 8)).rejects.toSatisfy((error) => CheckpointError.isInstance(error));
  });

  test("a closed download goes on behind what it left", async () => {
    const store = storeAt();
    const first = await writerOf(store);
    await first.append(bytes.subarray(0, 3));
    await first.close();
    await first.close();
    expect(await readdir(repo("blobs"))).toEqual([`${ETAG}.incomplete`]);
    const second = await writerOf(store);
    expect(second.sizeBytes).toBe(3);
    expect(Buffer.from(await second.read(0, 3)).toString()).toBe("wei");
    await second.append(bytes.subarray(3));
    await second.commit();
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
  });

  test("truncate begins at 0 again, and a remainder larger than the file is dropped", async () => {
    const store = storeAt();
    await mkdir(repo("blobs"), { recursive: true });
    await writeFile(repo("blobs", `${ETAG}.incomplete`), "much too long");
    const writer = await writerOf(store);
    expect(writer.sizeBytes).toBe(0);
    await writer.append(Uint8Array.of(1, 2));
    await writer.truncate();
    await writer.append(bytes);
    await writer.commit();
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
  });

  test("commit refuses a file that is not whole", async () => {
    const writer = await writerOf(storeAt());
    await writer.append(bytes.subarray(1));
    await expect(writer.commit()).rejects.toSatisfy((error) => StoreError.isInstance(error));
    await writer.close();
    await expect(writer.append(bytes)).rejects.toSatisfy((error) => StoreError.isInstance(error));
  });

  test("the same content under another commit needs no download", async () => {
    const store = storeAt();
    await put(store);
    const other = { ...key, commit: "f".repeat(40) };
    const result = await store.open(other, ETAG, bytes.length);
    expect("existing" in result && result.existing.sizeBytes).toBe(7);
    expect((await store.find(other))?.sizeBytes).toBe(7);
  });

  test("where links are not allowed the snapshot holds a copy", async () => {
    const makeLink = async () => {
      throw Object.assign(new Error("no right"), { code: "EPERM" });
    };
    const store = storeAt({ makeLink });
    const file = await put(store);
    const pointer = repo("snapshots", COMMIT, "model.safetensors");
    expect((await lstat(pointer)).isFile()).toBe(true);
    expect(file.source).toMatchObject({ kind: "path", path: pointer });
    expect(await readdir(path.dirname(pointer))).toEqual(["model.safetensors"]);
  });

  test("who comes second waits and finds the file", async () => {
    // Beats that a crowded machine delays by half a second are still in time.
    const patient = { lockTiming: { ...lockTiming, staleMs: 1000 } };
    const writer = await writerOf(storeAt(patient));
    const second = storeAt(patient).open(key, ETAG, bytes.length);
    await writer.append(bytes);
    await new Promise((done) => setTimeout(done, 1200)); // longer than a lock without beats would last
    await writer.commit();
    expect("existing" in (await second)).toBe(true);
  });

  test.each([
    ["of a process that died on this machine", { pid: 2 ** 22 + 1, place: fileOwner().place }, 0],
    ["of a silent process on another machine", { pid: 1, place: "elsewhere" }, 60],
    ["that says nothing, of a power cut", undefined, 60],
  ])("a lock %s is taken over", async (_, holder, ageSeconds) => {
    const lock = path.join(folder, ".locks", "models--owner--name", `${ETAG}.sam2js.lock`);
    await mkdir(path.dirname(lock), { recursive: true });
    await writeFile(lock, holder ? JSON.stringify({ token: "old", ...holder }) : "");
    const then = Date.now() / 1000 - ageSeconds;
    await utimes(lock, then, then);
    await put(storeAt());
    expect(await readdir(path.dirname(lock))).toEqual([]);
  });

  test("a file where the cache folder should be is a StoreError", async () => {
    const cacheDir = path.join(folder, "file");
    await writeFile(cacheDir, "");
    await expect(storeAt({ cacheDir }).open(key, ETAG, 1)).rejects.toSatisfy((error) =>
      StoreError.isInstance(error),
    );
    await expect(storeAt({ cacheDir }).writeRef("a/b", "main", COMMIT)).rejects.toSatisfy((error) =>
      StoreError.isInstance(error),
    );
  });

  test("a full disk is a StoreError with the code STORE_FULL", async () => {
    const writer = await writerOf(storeAt());
    const handle = await open(path.join(folder, "any"), "w");
    const write = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "write");
    await handle.close();
    write.mockRejectedValue(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
    await expect(writer.append(bytes)).rejects.toMatchObject({ code: "STORE_FULL" });
    await expect(storeAt().writeRef("owner/name", "main", COMMIT)).rejects.toMatchObject({
      code: "STORE_FULL",
    });
    write.mockRestore();
    await writer.close();
    expect(await readdir(repo("blobs"))).toEqual([]);
    expect(await readdir(repo("refs"))).toEqual([]);
  });

  test("a lock that a full disk has no room for leaves nothing behind", async () => {
    const handle = await open(path.join(folder, "any"), "w");
    const write = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, "writeFile");
    await handle.close();
    write.mockRejectedValue(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
    await expect(storeAt().open(key, ETAG, bytes.length)).rejects.toMatchObject({ code: "STORE_FULL" });
    write.mockRestore();
    const remains = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(remains.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(["any"]);
  });

  test("a fresh download takes the place of the file; who has the old one open keeps it", async () => {
    const before = await put(storeAt());
    const handle = await open(repo("blobs", ETAG), "r");
    const result = await storeAt().open(key, ETAG, bytes.length, { isFresh: true });
    if (!("writer" in result)) throw new TypeError("the file was taken as it is");
    expect(result.writer.sizeBytes).toBe(0);
    await result.writer.append(new TextEncoder().encode("WEIGHTS"));
    await result.writer.commit();
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("WEIGHTS");
    expect(await handle.readFile("utf8")).toBe("weights");
    await handle.close();
    expect(before.sizeBytes).toBe(7);
  });

  test("a link or copy that is right already is not made again", async () => {
    await put(storeAt());
    const before = await lstat(repo("snapshots", COMMIT, "model.safetensors"));
    await storeAt().open(key, ETAG, bytes.length);
    expect((await lstat(repo("snapshots", COMMIT, "model.safetensors"))).ino).toBe(before.ino);
  });

  test("what killed programs left is taken away by a later download", async () => {
    await mkdir(repo("blobs"), { recursive: true });
    await mkdir(repo("refs"), { recursive: true });
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const gone = (name: string) => name.replace(`${process.pid}-`, `${pid}-`);
    const draft = gone(draftPath(repo("refs", "main")));
    const lockDraft = gone(draftPath(path.join(folder, ".locks", "models--owner--name", "x")));
    await mkdir(path.dirname(lockDraft), { recursive: true });
    const forgotten = repo("blobs", `${"a".repeat(64)}.incomplete`);
    const recent = repo("blobs", `${"b".repeat(64)}.incomplete`);
    for (const file of [draft, lockDraft, forgotten, recent]) await writeFile(file, "part");
    const eightDaysAgo = Date.now() / 1000 - 8 * 86_400;
    await utimes(forgotten, eightDaysAgo, eightDaysAgo);
    await put(storeAt());
    expect([draft, lockDraft, forgotten, recent].map((file) => existsSync(file))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test("what a killed download left is gone on with", async () => {
    await mkdir(repo("blobs"), { recursive: true });
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const left = ownRemains(repo("blobs", ETAG)).replace(`.${process.pid}-`, `.${pid}-`);
    await writeFile(left, bytes.subarray(0, 4));
    const writer = await writerOf(storeAt());
    expect(writer.sizeBytes).toBe(4);
    await writer.append(bytes.subarray(4));
    await writer.commit();
    expect(await readdir(repo("blobs"))).toEqual([ETAG]);
  });

  test("who waits for another's download hears its signal at once", async () => {
    const writer = await writerOf(storeAt());
    const controller = new AbortController();
    const waiting = storeAt({ lockTiming: { beatMs: 20, staleMs: 60_000, pollMs: 60_000 } });
    const second = waiting.open(key, ETAG, bytes.length, { signal: controller.signal });
    const reason = new TypeError("enough");
    setTimeout(() => controller.abort(reason), 20);
    await expect(second).rejects.toBe(reason);
    await writer.close();
    expect(await readdir(path.join(folder, ".locks", "models--owner--name"))).toEqual([]);
  });
});

describe("a lock that is lost", () => {
  /** Of a process that is stopped: it renews nothing. */
  const stopped = { beatMs: 2 ** 30, staleMs: 2 ** 30, pollMs: 5 };
  const hasty = { ...lockTiming, staleMs: 50 };

  test.each([
    ["goes on behind what it had", false],
    ["begins again, as where a server has no ranges", true],
  ])("a stopped process %s after another took over and finished", async (_, isTruncated) => {
    const first = await writerOf(storeAt({ lockTiming: stopped }));
    await first.append(bytes.subarray(0, 3));
    const second = await writerOf(storeAt({ lockTiming: hasty }));
    expect(Buffer.from(await second.read(0, second.sizeBytes)).toString()).toBe("wei");
    await second.append(bytes.subarray(3));
    const finished = await second.commit();
    const inode = (await stat(repo("blobs", ETAG))).ino;

    if (isTruncated) await first.truncate();
    expect(Buffer.from(await finished.read(0, 7)).toString()).toBe("weights");
    await first.append(bytes.subarray(first.sizeBytes));
    expect((await first.commit()).source).toEqual(finished.source);
    expect((await stat(repo("blobs", ETAG))).ino).toBe(inode);
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
    expect(await readdir(repo("blobs"))).toEqual([ETAG]);
    expect(await readdir(path.join(folder, ".locks", "models--owner--name"))).toEqual([]);
  });

  test("two that download at once mix no bytes, and leave one file and no remains", async () => {
    const first = await writerOf(storeAt({ lockTiming: stopped }));
    await first.append(bytes.subarray(0, 2));
    const second = await writerOf(storeAt({ lockTiming: hasty }));
    await second.truncate();
    for (let i = 0; i < 7; i++) {
      await second.append(bytes.subarray(i, i + 1));
      if (i >= 2) await first.append(bytes.subarray(i, i + 1));
    }
    await first.commit();
    await second.commit();
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
    expect(await readdir(repo("blobs"))).toEqual([ETAG]);
  });

  test("a process that gives up after it lost the lock keeps out of the other's way", async () => {
    const first = await writerOf(storeAt({ lockTiming: stopped }));
    await first.append(bytes.subarray(0, 2));
    const second = await writerOf(storeAt({ lockTiming: hasty }));
    await first.close();
    await second.append(bytes.subarray(second.sizeBytes));
    await second.commit();
    expect(await readFile(repo("blobs", ETAG), "utf8")).toBe("weights");
    const lock = path.join(folder, ".locks", "models--owner--name");
    expect(await readdir(lock)).toEqual([]);
  });

  test.each([
    [
      "another container or machine, whose process ids are not ours",
      { pid: 2 ** 22 + 1, place: "0".repeat(12) },
      0,
    ],
    ["this machine, seen from one whose clock is a minute ahead", fileOwner(), 60_000],
  ])("a living lock of %s is waited for", async (_, holder, aheadMs) => {
    const lock = path.join(folder, ".locks", "models--owner--name", `${ETAG}.sam2js.lock`);
    await mkdir(path.dirname(lock), { recursive: true });
    await writeFile(lock, JSON.stringify({ token: "living", ...holder }));
    const now = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => now() + aheadMs);
    const controller = new AbortController();
    const waiting = storeAt({ lockTiming: { ...lockTiming, staleMs: 30_000 } }).open(key, ETAG, 7, {
      signal: controller.signal,
    });
    const outcome = await Promise.race([waiting, new Promise((done) => setTimeout(done, 100, "waits"))]);
    vi.restoreAllMocks();
    controller.abort();
    await waiting.catch(() => undefined);
    expect(outcome).toBe("waits");
    expect(JSON.parse(await readFile(lock, "utf8")).token).toBe("living");
  });
});

describe("many at once", () => {
  test("a hundred stores that write and read one ref and one file", async () => {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const store = storeAt();
        await store.writeRef("owner/name", "main", COMMIT);
        expect(await store.readRef("owner/name", "main")).toBe(COMMIT);
        const opened = await store.open(key, ETAG, bytes.length);
        if ("existing" in opened) return;
        await opened.writer.append(bytes);
        await opened.writer.commit();
      }),
    );
    expect(await readdir(repo("refs"))).toEqual(["main"]);
    expect(await readdir(repo("blobs"))).toEqual([ETAG]);
  });

  test("a ref that says so already is not written again", async () => {
    await storeAt().writeRef("owner/name", "main", COMMIT);
    const before = await stat(repo("refs", "main"));
    await storeAt().writeRef("owner/name", "main", COMMIT);
    expect((await stat(repo("refs", "main"))).ino).toBe(before.ino);
  });
});

describe("what the Hub said before", () => {
  test("a ref is remembered, also one with slashes", async () => {
    const store = storeAt();
    expect(await store.readRef("owner/name", "refs/pr/1")).toBeUndefined();
    await store.writeRef("owner/name", "refs/pr/1", COMMIT);
    expect(await store.readRef("owner/name", "refs/pr/1")).toBe(COMMIT);
    expect(await readFile(repo("refs", "refs", "pr", "1"), "utf8")).toBe(COMMIT);
  });

  test("a ref file that holds no commit counts as none", async () => {
    await mkdir(repo("refs"), { recursive: true });
    await writeFile(repo("refs", "main"), "../../etc");
    expect(await storeAt().readRef("owner/name", "main")).toBeUndefined();
  });

  test("a missing file is remembered", async () => {
    const store = storeAt();
    expect(await store.isKnownMissing(key)).toBe(false);
    await store.markMissing(key);
    expect(await store.isKnownMissing(key)).toBe(true);
    expect(await readdir(repo(".no_exist", COMMIT))).toEqual(["model.safetensors"]);
  });

  test.each([
    { ...key, path: "../../x" },
    { ...key, path: "/etc/passwd" },
    { ...key, commit: ".." },
    { ...key, repo: "../x" },
    { ...key, repo: "a/b/c" },
  ])("a key that leads out of the cache is refused: $repo $commit $path", async (bad) => {
    const isTyped = (error: unknown) => CheckpointError.isInstance(error);
    await expect(storeAt().find(bad)).rejects.toSatisfy(isTyped);
    await expect(storeAt().open(bad, ETAG, 1)).rejects.toSatisfy(isTyped);
  });
});

describe("local files", () => {
  test("a folder gives its files, links resolved, by path or URL", async () => {
    await writeFile(path.join(folder, "config.json"), "{}");
    await mkdir(path.join(folder, "empty"));
    const blob = path.join(folder, "empty", "blob");
    await writeFile(blob, bytes);
    await symlink(blob, path.join(folder, "model.safetensors"));
    await symlink(path.join(folder, "nowhere"), path.join(folder, "dangling"));
    for (const at of [folder, pathToFileURL(folder)]) {
      const model = await storeAt().openFolder(at);
      expect(await model?.list()).toEqual(["config.json", "model.safetensors"]);
      expect(await model?.file("model.safetensors")).toMatchObject({ location: "blob", sizeBytes: 7 });
      expect(await model?.file("dangling")).toBeUndefined();
      expect(await model?.file("absent.json")).toBeUndefined();
      expect((await model?.file("empty/blob"))?.sizeBytes).toBe(7);
    }
  });

  test("another content is another version: by its hash in the cache, by time and path elsewhere", async () => {
    expect((await put(storeAt())).version).toBe(ETAG);
    const file = path.join(folder, "model.safetensors");
    await writeFile(file, "weights");
    const first = await storeAt().openFile(file);
    await utimes(file, 1, 1);
    const second = await storeAt().openFile(file);
    expect(second?.version).not.toBe(first?.version);
  });

  test("a file that was written to, or replaced, since it was opened gives no bytes", async () => {
    const file = path.join(folder, "model.safetensors");
    for (const change of [
      () => writeFile(file, "WEIGHTS"),
      () => truncate(file, 3),
      () => rename(`${file}.new`, file),
    ]) {
      await writeFile(file, "weights");
      await writeFile(`${file}.new`, "weights");
      await utimes(file, 1, 1); // clocks of file systems are coarse
      const opened = await storeAt().openFile(file);
      expect(await opened?.read(0, 7)).toEqual(bytes);
      await change();
      const error = await opened?.read(0, 3).catch((reason: unknown) => reason);
      expect(CheckpointError.isInstance(error)).toBe(true);
      expect(String(error)).toContain("load the model again");
    }
  });

  test("files are saved whole into a folder, which is made; obsolete ones and old drafts go", async () => {
    const target = path.join(folder, "new", "model");
    const content = async function* () {
      yield Uint8Array.of(1, 2);
      yield Uint8Array.of(3);
    };
    const config = { name: "config.json", content: () => "{}" };
    await storeAt().saveFolder(pathToFileURL(target), [config, { name: "m", content }]);
    expect([...(await readFile(path.join(target, "m")))]).toEqual([1, 2, 3]);
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(draftPath(path.join(target, "m")).replace(`${process.pid}-`, `${pid}-`), "");
    await storeAt().saveFolder(target, [config], { isObsolete: (name) => name === "m" });
    expect(await readdir(target)).toEqual(["config.json"]);
    const cut = async function* () {
      yield Uint8Array.of(4);
      throw new RangeError("cut");
    };
    const changed = { name: "config.json", content: () => "[]" };
    await expect(storeAt().saveFolder(target, [changed, { name: "m", content: cut }])).rejects.toThrow("cut");
    expect(await readdir(target)).toEqual(["config.json"]);
    expect(await readFile(path.join(target, "config.json"), "utf8")).toBe("{}");
    await expect(storeAt().saveFolder("", [config])).rejects.toSatisfy((error) =>
      InputError.isInstance(error),
    );
    const bad = storeAt().saveFolder(target, [{ name: "../x", content: () => "" }]);
    await expect(bad).rejects.toSatisfy((error) => InputError.isInstance(error));
  });

  test.each(["../x", "a/../../x", "/etc/passwd", "C:\\x", "..\\x", "a\0b", "", "."])(
    "the name %j leads out of the folder and is a CheckpointError",
    async (name) => {
      const model = await storeAt().openFolder(folder);
      await expect(model?.file(name)).rejects.toSatisfy((error) => CheckpointError.isInstance(error));
    },
  );

  test("what is not there, or of the other kind, is undefined", async () => {
    const file = path.join(folder, "a");
    await writeFile(file, "");
    expect(await storeAt().openFolder(file)).toBeUndefined();
    expect(await storeAt().openFolder(path.join(file, "below"))).toBeUndefined();
    expect(await storeAt().openFile(folder)).toBeUndefined();
    expect((await storeAt().openFile(file))?.sizeBytes).toBe(0);
  });
});

describe("settings", () => {
  const home = () => ({ HF_HOME: path.join(folder, "hf") });

  test("the cache is where Python's library has it", () => {
    const at = (env: Record<string, string>) => new DiskStore({ env }).cacheDir;
    expect(at({})).toBe(path.join(os.homedir(), ".cache", "huggingface", "hub"));
    expect(at({ XDG_CACHE_HOME: folder })).toBe(path.join(folder, "huggingface", "hub"));
    expect(at({ HF_HOME: folder, XDG_CACHE_HOME: "/x" })).toBe(path.join(folder, "hub"));
    expect(at({ HF_HUB_CACHE: folder, HF_HOME: "/x" })).toBe(folder);
    expect(at({ HF_HOME: "~/$NAME", NAME: "hf" })).toBe(path.join(os.homedir(), "hf", "hub"));
    expect(new DiskStore({ cacheDir: folder, env: { HF_HUB_CACHE: "/x" } }).cacheDir).toBe(folder);
  });

  test("endpoint, token and offline mode come from the environment", async () => {
    const env = { HF_ENDPOINT: "http://localhost:1/", HF_TOKEN: " secret\n", HF_HUB_OFFLINE: "yes" };
    expect(await new DiskStore({ env }).hubSettings()).toEqual({
      endpoint: "http://localhost:1",
      token: "secret",
      offline: true,
    });
  });

  test("the token may lie in the file of `hf auth login`", async () => {
    await mkdir(path.join(folder, "hf"));
    await writeFile(path.join(folder, "hf", "token"), "from-file\n");
    expect(await new DiskStore({ env: home() }).hubSettings()).toMatchObject({
      token: "from-file",
      offline: false,
    });
    const hidden = { ...home(), HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" };
    expect((await new DiskStore({ env: hidden }).hubSettings()).token).toBeUndefined();
  });
});
