import { describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/errors.js";
import { freshKey } from "./conformance/stored-file.js";
import { MemoryStore } from "./memory-store.js";

describe("MemoryStore", () => {
  it("has the folders that were put in", async () => {
    const store = new MemoryStore().putFolder("/models/mine", {
      "config.json": new TextEncoder().encode("{}"),
      "parts/one.bin": Uint8Array.of(1, 2, 3),
    });
    const folder = await store.openFolder("/models/mine/");
    expect(await folder?.list()).toEqual(["config.json"]);
    expect((await folder?.file("parts/one.bin"))?.location).toBe("one.bin");
    expect(await folder?.file("toString")).toBeUndefined();
    await expect(folder?.file("../other")).rejects.toThrow(CheckpointError);
    expect((await store.openFile("/models/mine/config.json"))?.sizeBytes).toBe(2);
    expect(await store.openFolder("/models")).toBeUndefined();
  });

  it("keeps the longest of two attempts", async () => {
    const store = new MemoryStore();
    const key = freshKey();
    const attempt = async (bytes: number[]) => {
      const opened = await store.open(key, "etag", 9);
      if ("existing" in opened) return opened.existing.sizeBytes;
      await opened.writer.append(Uint8Array.from(bytes));
      return { ...opened, left: opened.writer.sizeBytes };
    };
    const first = await attempt([1, 2, 3, 4]);
    const second = await attempt([1]);
    for (const one of [first, second]) if (typeof one === "object") await one.writer.close();
    expect(await attempt([5])).toMatchObject({ left: 4 });
  });

  it("gives the settings it was made with", async () => {
    expect(await new MemoryStore({ offline: true }).hubSettings()).toEqual({ offline: true });
  });
});
