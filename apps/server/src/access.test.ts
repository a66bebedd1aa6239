import { request as httpRequest } from "node:http";
import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { photo, readJson, startServer } from "./__fixtures__/start.js";
import { createServer } from "./create-server.js";

const [ANN, BEN] = ["a".repeat(32), "b".repeat(32)] as const;
const image = photo("groceries.jpg").toString("base64");
const objects = [{ points: [[480, 250]] }];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("tokens", () => {
  it("are needed for everything but the state", async () => {
    await using running = await startServer({ tokens: [ANN] });
    for (const path of ["/health", "/ready"]) expect((await fetch(running.address + path)).status).toBe(200);
    for (const path of ["/metrics", "/v1/models", "/docs", "/openapi.json", "/nowhere"]) {
      const response = await fetch(running.address + path);
      expect([path, response.status, (await readJson(response)).code]).toEqual([path, 401, "ACCESS_DENIED"]);
      expect(response.headers.get("www-authenticate")).toContain("Basic");
    }
    for (const token of ["", "a", `${ANN}a`, ANN.slice(1), BEN]) {
      expect((await fetch(`${running.address}/v1/models`, { headers: bearer(token) })).status).toBe(401);
    }
    const basic = `Basic ${Buffer.from(`anyone:${ANN}`).toString("base64")}`;
    expect((await fetch(`${running.address}/v1/models`, { headers: { authorization: basic } })).status).toBe(
      200,
    );
  });

  it("keep tenants apart: one's embeddings are not there for the other, who may show the picture", async () => {
    await using running = await startServer({ tokens: [ANN, BEN] });
    const { id } = await readJson(await running.call("/v1/embeddings", { json: { image } }));
    const asBen = { headers: bearer(BEN) };
    const others = [
      await running.call(`/v1/embeddings/${id}`, asBen),
      await running.call("/v1/segment", { json: { embedding: id, objects }, ...asBen }),
    ];
    const unknown = await running.call(`/v1/embeddings/${"0".repeat(64)}`, asBen);
    const unknownText = (await readJson(unknown)).detail;
    for (const response of others) {
      expect(response.status).toBe(404);
      expect((await readJson(response)).detail.replace(id, "0".repeat(64))).toBe(unknownText);
    }
    expect((await running.call(`/v1/embeddings/${id}`, { method: "DELETE", ...asBen })).status).toBe(204);
    expect((await running.call(`/v1/embeddings/${id}`)).status).toBe(200);
    const shown = await readJson(await running.call("/v1/embeddings", { json: { image }, ...asBen }));
    expect(shown).toMatchObject({ id, encoded: false });
    expect((await running.call(`/v1/embeddings/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await running.call(`/v1/embeddings/${id}`)).status).toBe(404);
    expect((await running.call(`/v1/embeddings/${id}`, asBen)).status).toBe(200);
  });

  it("must not be guessed, and an address for others needs one", async () => {
    for (const options of [{ tokens: ["short"] }, { tokens: [`with space ${ANN}`] }, { host: "0.0.0.0" }]) {
      await expect(createServer(options)).rejects.toSatisfy((error) => InputError.isInstance(error));
    }
    await expect(createServer({ maxPixel: 3 } as never)).rejects.toThrow(/maxPixel/);
  });
});

describe("pages of other sites", () => {
  it("are refused, also by a name that points here, unless they are allowed", async () => {
    await using running = await startServer({ allowOrigins: ["https://labels.example.org"] });
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const { port } = new URL(running.address);
        const request = httpRequest({ port, path: "/v1/models", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on("error", reject).end();
      });
    const own = new URL(running.address).host;
    expect(await status({})).toBe(200);
    expect(await status({ origin: `http://${own}`, host: own })).toBe(200);
    expect(await status({ origin: "https://labels.example.org", host: own })).toBe(200);
    expect(await status({ origin: "https://evil.example", host: own })).toBe(403);
    expect(await status({ origin: "null", host: own })).toBe(403);
    expect(await status({ host: "evil.example:8000" })).toBe(403);
    const asked = await running.call("/v1/models", {
      method: "OPTIONS",
      headers: { origin: "https://labels.example.org", "access-control-request-method": "POST" },
    });
    expect(asked.headers.get("access-control-allow-origin")).toBe("https://labels.example.org");
  });
});
