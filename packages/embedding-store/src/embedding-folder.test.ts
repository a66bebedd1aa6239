import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, StoreError } from "@sam2js/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { EmbeddingFolder } from "./embedding-folder.js";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sam2js-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const id = (digit: string) => digit.repeat(64);
const file = (folder: string, digit: string) => join(folder, `${id(digit)}.s2em`);

describe("EmbeddingFolder", () => {
  it("gives back what was written, also to another one that opens the folder", async () => {
    const path = join(makeFolder(), "new");
    const folder = await EmbeddingFolder.open(path);
    expect(await folder.read(id("a"))).toBeUndefined();
    await folder.write(id("a"), new Uint8Array([1, 2, 3]));
    const other = await EmbeddingFolder.open(path);
    expect(await other.read(id("a"))).toEqual(new Uint8Array([1, 2, 3]));
    expect([await other.has(id("a")), await other.has(id("b"))]).toEqual([true, false]);
    expect(await other.ids()).toEqual([id("a")]);
    await other.delete(id("a"));
    await other.delete(id("a"));
    expect(await folder.has(id("a"))).toBe(false);
  });

  it("drops what was not used for longest once there is too much, and leaves other files alone", async () => {
    const path = makeFolder();
    writeFileSync(join(path, "notes.txt"), "x".repeat(1000));
    const folder = await EmbeddingFolder.open(path, { maxBytes: 300 });
    for (const [index, digit] of ["a", "b", "c"].entries()) {
      await folder.write(id(digit), new Uint8Array(100));
      const used = new Date(Date.now() - 3_600_000 + 1000 * index);
      utimesSync(file(path, digit), used, used);
    }
    await folder.read(id("a")); // so that b is the oldest
    await folder.write(id("d"), new Uint8Array(100));
    expect((await folder.ids()).sort()).toEqual([id("a"), id("d")]); // 90 % of the bound are left: two of 100
    expect(existsSync(join(path, "notes.txt"))).toBe(true);
  });

  it("drops what was not used for too long when it is opened", async () => {
    const path = makeFolder();
    const folder = await EmbeddingFolder.open(path);
    for (const digit of ["a", "b"]) await folder.write(id(digit), new Uint8Array(1));
    const old = new Date(Date.now() - 10_000);
    utimesSync(file(path, "a"), old, old);
    const again = await EmbeddingFolder.open(path, { maxAgeMs: 5000 });
    expect(await again.ids()).toEqual([id("b")]);
  });

  it("takes writers of the same and of other embeddings at the same time, and never shows half of one", async () => {
    const path = makeFolder();
    const folders = await Promise.all([1, 2, 3].map(() => EmbeddingFolder.open(path)));
    const content = new Uint8Array(200_000).fill(7);
    const work = folders.flatMap((folder) =>
      ["a", "b", "c"].map(async (digit) => {
        for (let turn = 0; turn < 5; turn++) {
          await folder.write(id(digit), content);
          const read = await folder.read(id(digit));
          expect(read && Buffer.from(read).equals(content)).toBe(true);
        }
      }),
    );
    await Promise.all(work);
    expect(readdirSync(path).sort()).toEqual(["a", "b", "c"].map((digit) => `${id(digit)}.s2em`));
  });

  it("is a StoreError where a file is in its place", async () => {
    const path = join(makeFolder(), "file");
    writeFileSync(path, "");
    for (const place of [path, join(path, "below")])
      await expect(EmbeddingFolder.open(place)).rejects.toSatisfy((error) => StoreError.isInstance(error));
  });

  it("takes no name but an id, and no bound but a number", async () => {
    const folder = await EmbeddingFolder.open(makeFolder());
    for (const name of ["../../secret", "", id("A"), `${id("a")}/`]) {
      await expect(folder.read(name)).rejects.toSatisfy((error) => InputError.isInstance(error));
    }
    await expect(EmbeddingFolder.open(makeFolder(), { maxBytes: 0 })).rejects.toThrow(/maxBytes/);
    await expect(EmbeddingFolder.open(makeFolder(), { max: 0 } as never)).rejects.toThrow(/"max"/);
  });
});
