import { describe, expect, it, onTestFinished, vi } from "vitest";
import { DownloadError } from "../errors/errors.js";
import { fetchImage } from "./fetch-image.js";

const PATIENCE = { idleMs: 50, minBytesPerSecond: 1000 };
const URL_ = "https://host.invalid/a.png?secret=1";

/** A server that sends these pieces, each after a pause, and after the last one nothing. */
function serve(pieces: number[], everyMs: number, ends = false): typeof fetch {
  return async (_, init) => {
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined && ends) return controller.close();
        await new Promise<void>((resolve) => piece !== undefined && setTimeout(resolve, everyMs));
        controller.enqueue(new Uint8Array(piece ?? 0));
      },
    });
    init?.signal?.throwIfAborted();
    return new Response(body);
  };
}

describe("fetchImage", () => {
  it("takes what comes in time, however long it takes as a whole", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const bytes = fetchImage(URL_, undefined, serve(Array(10).fill(5000), 20, true), PATIENCE);
    await vi.advanceTimersByTimeAsync(10 * 20);
    expect(await bytes).toHaveLength(50_000);
  });

  it.each([
    ["says nothing", () => new Promise<Response>(() => undefined)],
    ["falls silent", serve([100], 1)],
    ["trickles", serve(Array(10_000).fill(1), 5)],
  ])("gives up a server that %s", async (_, fetchWith) => {
    const error = await fetchImage(URL_, undefined, fetchWith as typeof fetch, PATIENCE).catch((e) => e);
    expect(DownloadError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/a.png: expected 1000 bytes a second, got \d+ over 0.05 s/);
    expect(error.message).not.toContain("secret");
  });

  it("ends at once when it is aborted", async () => {
    const stop = new AbortController();
    const silent = () => new Promise<Response>(() => undefined);
    const reading = fetchImage(URL_, stop.signal, silent as typeof fetch);
    stop.abort(new RangeError("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});
