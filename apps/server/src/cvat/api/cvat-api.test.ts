import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CvatApi } from "./cvat-api.js";

const signal = new AbortController().signal;

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("CvatApi", () => {
  it("sends the token and the organization, below a path too, and by way of a proxy", async () => {
    const seen: unknown[] = [];
    const proxy = await serve(({ url, headers }, response) => {
      seen.push([url, headers.authorization, headers["x-organization"]]);
      response.end("{}");
    });
    vi.stubEnv("HTTP_PROXY", proxy);
    onTestFinished(() => void vi.unstubAllEnvs());
    const api = new CvatApi({ server: "http://cvat.invalid/tools", token: "secret", organization: "us" });
    expect(await api.json("GET", "api/functions/7", { signal, query: { page: 2 } })).toEqual({});
    expect(seen).toEqual([["http://cvat.invalid/tools/api/functions/7?page=2", "Bearer secret", "us"]]);
  });

  it("follows no redirect, and says where it leads", async () => {
    const server = await serve((_, response) =>
      response.writeHead(301, { location: "https://other.invalid/" }).end(),
    );
    const api = new CvatApi({ server, token: "secret" });
    await expect(api.json("POST", "api/functions", { signal, body: {} })).rejects.toThrow(
      /https:\/\/other.invalid/,
    );
  });

  it.each([
    ["no JSON", "<html>", { code: "DOWNLOAD_FAILED", isTemporary: true }],
    ["more bytes than it takes", "x".repeat(101), { code: "TOO_LARGE" }],
  ])("refuses %s", async (what, text, error) => {
    const server = await serve((_, response) => response.end(text));
    const api = new CvatApi({ server, token: "secret" });
    const asked = what === "no JSON" ? api.json("GET", "a", { signal }) : api.bytes("a", { signal }, 100);
    await expect(asked).rejects.toMatchObject(error);
  });

  it("tells no answer from an abort", async () => {
    const server = await serve((request) => request.socket.destroy());
    const api = new CvatApi({ server, token: "secret" });
    await expect(api.json("GET", "a", { signal })).rejects.toMatchObject({
      status: undefined,
      isTemporary: true,
    });
    const reason = new RangeError("enough");
    await expect(api.json("GET", "a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
