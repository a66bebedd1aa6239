import { StoreError } from "@sam2js/core";
import { casesFor } from "@sam2js/core/testing";
import { describe, expect, test } from "vitest";
import { createWebRuntime } from "../index.js";
import { keptOn, removeFrom } from "./kept-models.js";
import { MemoryShelf } from "./memory-shelf.js";
import { WebStore } from "./web-store.js";

describe("a store in memory, in Node", () => {
  for (const { name, run } of casesFor([]).filter((each) => each.name.startsWith("store: "))) {
    test(name, () => run({ createRuntime: async () => createWebRuntime({ store: "memory" }) }));
  }
});

const key = { repo: "owner/name", commit: "a".repeat(40), path: "model.safetensors" };
const bytes = (length: number, seed = 0) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 256);

function storeOn(shelf: MemoryShelf): { store: WebStore; warnings: string[] } {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  return { store: new WebStore({ openShelf: async () => shelf, hub: {}, onWarning }), warnings };
}

async function write(store: WebStore, content: Uint8Array): Promise<void> {
  const opened = await store.open(key, "etag", content.length);
  if ("existing" in opened) return;
  await opened.writer.append(content);
  await opened.writer.commit();
}

describe("a store that is opened again", () => {
  test("gives what an earlier page has written", async () => {
    const shelf = new MemoryShelf();
    await write(storeOn(shelf).store, bytes(1000));
    const file = await storeOn(shelf).store.find(key);
    expect(await file?.read(0, 1000)).toEqual(bytes(1000));
  });

  test("says so and starts afresh where a piece was changed", async () => {
    const shelf = new MemoryShelf();
    await write(storeOn(shelf).store, bytes(1000));
    const folder = ["blobs", "owner%2Fname", "etag"];
    const [piece] = (await shelf.list(folder)).filter((name) => name !== "whole.json");
    await shelf.put([...folder, piece as string], bytes(1000, 1));
    const { store, warnings } = storeOn(shelf);
    expect(await store.find(key)).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/damaged/)]);
    await write(store, bytes(1000));
    expect(await (await storeOn(shelf).store.find(key))?.read(0, 1000)).toEqual(bytes(1000));
  });

  test("goes on behind the pieces of a download that a crash has ended", async () => {
    const shelf = new MemoryShelf();
    const folder = ["blobs", "owner%2Fname", "etag"];
    const half = await storeOn(shelf).store.open(key, "etag", 1000);
    if ("existing" in half) return;
    await half.writer.append(bytes(1000).slice(0, 600));
    await half.writer.close();
    await shelf.put([...folder, "600-100-"], bytes(50)); // cut off while it was written
    const again = await storeOn(shelf).store.open(key, "etag", 1000);
    expect("writer" in again && again.writer.sizeBytes).toBe(600);
    if ("writer" in again) await again.writer.close();
    expect(await shelf.list(folder)).toHaveLength(1);
  });

  test("tells what is kept of each model, and forgets one of them", async () => {
    const shelf = new MemoryShelf();
    const { store } = storeOn(shelf);
    await store.writeRef(key.repo, "main", key.commit);
    await write(store, bytes(1000));
    await shelf.put(["blobs", "owner%2Fother", "etag", "0-10-"], bytes(10));
    const mark = JSON.stringify({ sizeBytes: 1000 }).length;
    expect(await keptOn(shelf)).toEqual([
      { repo: "owner/name", sizeBytes: 1000 + mark },
      { repo: "owner/other", sizeBytes: 10 },
    ]);
    await removeFrom(shelf, "owner/name");
    expect(await keptOn(shelf)).toEqual([{ repo: "owner/other", sizeBytes: 10 }]);
    const later = storeOn(shelf).store;
    expect(await later.readRef(key.repo, "main")).toBeUndefined();
    expect(await later.find(key)).toBeUndefined();
  });

  test("refuses to commit what is not whole", async () => {
    const { store } = storeOn(new MemoryShelf());
    const opened = await store.open(key, "etag", 1000);
    if ("existing" in opened) return;
    await opened.writer.append(bytes(10));
    await expect(opened.writer.commit()).rejects.toThrow(StoreError);
    await opened.writer.close();
  });

  test("many stores at once, as of several tabs, leave one content and one ref", async () => {
    const shelf = new MemoryShelf();
    let writing = 0;
    const put = shelf.put.bind(shelf);
    // As OPFS does: one writer at a file.
    shelf.put = async (path, content) => {
      if (path[0] === "refs" && ++writing > 1) throw new DOMException("locked", "NoModificationAllowedError");
      await new Promise((done) => setTimeout(done, 1));
      await put(path, content);
      if (path[0] === "refs") writing--;
    };
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { store } = storeOn(shelf);
        await store.writeRef(key.repo, "main", key.commit);
        await write(store, bytes(1000));
        expect(await store.readRef(key.repo, "main")).toBe(key.commit);
      }),
    );
    expect(await keptOn(shelf)).toMatchObject([{ repo: "owner/name" }]);
  });

  test("who waits for another's download hears its signal, and lets the next one pass", async () => {
    const shelf = new MemoryShelf();
    const { store } = storeOn(shelf);
    const opened = await store.open(key, "etag", 1000);
    const reason = new TypeError("enough");
    await expect(store.open(key, "etag", 1000, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    if ("writer" in opened) await opened.writer.close();
    await write(store, bytes(1000));
    expect((await store.find(key))?.sizeBytes).toBe(1000);
  });
});
