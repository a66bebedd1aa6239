import { DisposedError, InputError } from "@sam2js/core";
import { describe, expect, test } from "vitest";
import { createWebRuntime, type WebRuntimeOptions } from "./index.js";

describe("createWebRuntime", () => {
  test.each([
    ["an unknown device", { device: "tpu" }],
    ["no threads", { threads: 0 }],
    ["thousands of threads", { threads: 9999 }],
    ["half a prompt", { promptsPerRun: 0.5 }],
    ["an unknown store", { store: "floppy" }],
    ["an unknown log level", { logLevel: "loud" }],
    ["an unknown preference", { powerPreference: "solar" }],
    ["a folder that is no address", { wasmPaths: "http://" }],
  ])("%s is an InputError", (_, options) => {
    expect(() => createWebRuntime(options as WebRuntimeOptions)).toThrow(InputError);
  });

  test("does nothing before its first use, so that it can be made where there is no browser", async () => {
    const runtime = createWebRuntime({ hub: { endpoint: "https://hub.example" } });
    expect(runtime.name).toBe("web");
    expect(await runtime.store.hubSettings()).toEqual({ endpoint: "https://hub.example" });
    expect(await runtime.store.openFolder("/models")).toBeUndefined();
    await runtime.dispose();
    await expect(runtime.capabilities()).rejects.toThrow(DisposedError);
  });
});
