import { describe, expect, it } from "vitest";
import { type StandIn, startHost } from "../__fixtures__/stand-in.js";
import { settleLabelStudio } from "../label-studio-options.js";
import { Credentials } from "./credentials.js";
import type { Network } from "./http-get.js";
import { Media, type MediaRequest } from "./media.js";

const MAX_BYTES = 1000;
const jwt = (seconds: number, name = "x") => {
  const payload = Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + seconds, name })).toString(
    "base64url",
  );
  return `head.${payload}.signature`;
};

/** A name for every host of this machine, as if it were a public one. */
const pretended: Network = {
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
  isPublic: () => true,
};

function startStudio(elsewhere = ""): Promise<StandIn> {
  return startHost((path, response) => {
    if (path === "/api/token/refresh") response.end(JSON.stringify({ access: jwt(300, "access") }));
    else if (path === "/away") response.writeHead(303, { location: `${elsewhere}/there` }).end();
    else if (path === "/round") response.writeHead(302, { location: "/round" }).end();
    else if (path === "/on") response.writeHead(302, { location: "/data/a.jpg" }).end();
    else if (path === "/secret") response.writeHead(403).end();
    else if (path === "/large") response.end(Buffer.alloc(MAX_BYTES + 1));
    else if (path === "/endless") {
      const timer = setInterval(() => response.write(Buffer.alloc(300)), 1);
      response.on("close", () => clearInterval(timer));
    } else response.end(path);
  });
}

async function read(
  studio: StandIn,
  reference: string,
  rest: { token?: string; mediaOrigins?: string[]; hostname?: string; network?: Network; path?: string } = {},
): Promise<string> {
  const { token = "legacy", mediaOrigins, hostname, network, path = "" } = rest;
  const settings = settleLabelStudio({ url: studio.url + path, mediaOrigins });
  const request: MediaRequest = {
    reference,
    taskId: 7,
    hostname,
    credentials: new Credentials(settings.base, token),
    signal: AbortSignal.timeout(60_000),
  };
  return Buffer.from(await new Media(settings, network).read(request, MAX_BYTES)).toString();
}

describe("media of tasks", () => {
  it("are fetched from Label Studio with its token, however they are referred to", async () => {
    await using studio = await startStudio();
    const uri = encodeURIComponent(Buffer.from("s3://bucket/a.jpg").toString("base64"));
    expect(await read(studio, "/data/a.jpg")).toBe("/data/a.jpg");
    expect(await read(studio, `${studio.url}/data/a.jpg`)).toBe("/data/a.jpg");
    expect(await read(studio, "http://ls:8080/data/a.jpg", { hostname: "http://ls:8080/" })).toBe(
      "/data/a.jpg",
    );
    expect(await read(studio, "s3://bucket/a.jpg")).toBe(`/tasks/7/resolve/?fileuri=${uri}`);
    expect(await read(studio, "file:///etc/passwd")).toMatch(/^\/tasks\/7\/resolve/); // nobody opens it here
    expect(await read(studio, "/data/a.jpg", { path: "/ls/" })).toBe("/ls/data/a.jpg");
    expect(await read(studio, "/ls/data/a.jpg", { path: "/ls" })).toBe("/ls/data/a.jpg");
    expect(await read(studio, "/on")).toBe("/data/a.jpg");
    expect(await read(studio, `data:text/plain;base64,${btoa("here")}`)).toBe("here");
    expect(new Set(studio.seen.map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Token legacy"]),
    );
  });

  it("are asked for with what a personal access token is exchanged for, once", async () => {
    await using studio = await startStudio();
    const settings = settleLabelStudio({ url: studio.url });
    const token = jwt(1e6);
    const credentials = new Credentials(settings.base, token);
    const request = { taskId: 1, hostname: undefined, credentials, signal: AbortSignal.timeout(60_000) };
    const media = new Media(settings);
    for (const reference of ["/data/a.jpg", "/data/b.jpg"])
      await media.read({ ...request, reference }, MAX_BYTES);
    const [exchange, ...others] = studio.seen;
    expect([exchange?.path, exchange?.body]).toEqual([
      "/api/token/refresh",
      JSON.stringify({ refresh: token }),
    ]);
    expect(exchange?.headers.authorization).toBeUndefined();
    expect(others).toHaveLength(2);
    for (const { headers } of others) expect(headers.authorization).toMatch(/^Bearer head\..*\.signature$/);
  });

  it("of other hosts are refused, unless their origin is allowed; they never see the token", async () => {
    await using other = await startHost((path, response) => response.end(path));
    const origin = other.url.replace("127.0.0.1", "images.invalid");
    await using studio = await startStudio(origin);
    for (const reference of [`${origin}/a.jpg`, "/away", "//images.invalid/a.jpg"]) {
      await expect(read(studio, reference, { network: pretended })).rejects.toThrow(/expected/);
    }
    expect(other.seen).toEqual([]);
    const allowed = { mediaOrigins: [origin], network: pretended };
    expect(await read(studio, `${origin}/a.jpg`, allowed)).toBe("/a.jpg");
    expect(await read(studio, "/away", allowed)).toBe("/there");
    for (const { headers } of other.seen) {
      expect([headers.authorization, headers.host]).toEqual([undefined, new URL(origin).host]);
    }
  });

  it("of allowed hosts are refused where an address is not public; what was checked is dialled, whatever DNS says next", async () => {
    await using other = await startHost((path, response) => response.end(path));
    await using studio = await startStudio();
    const { port } = new URL(other.url);
    let asked = 0;
    const addresses = [["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"], []];
    const network: Network = {
      resolve: async () => (addresses[asked++] ?? []).map((address) => ({ address, family: 4 })),
      isPublic: (address) => address === "93.184.216.34",
    };
    const named = `http://rebound.invalid:${port}`;
    for (const _ of addresses) {
      const rest = { mediaOrigins: [named], network };
      await expect(read(studio, `${named}/a`, rest)).rejects.toThrow(/public addresses/);
    }
    // As the platform resolves and spells them.
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) {
      const url = new URL(`http://${host}:${port}`).origin;
      await expect(read(studio, `${url}/a`, { mediaOrigins: [url] })).rejects.toThrow(/public addresses/);
    }
    expect(other.seen).toEqual([]);
    let lookups = 0;
    const rebinding: Network = {
      resolve: async () => [{ address: lookups++ === 0 ? "127.0.0.1" : "127.0.0.9", family: 4 }],
      isPublic: () => true,
    };
    expect(await read(studio, `${named}/a`, { mediaOrigins: [named], network: rebinding })).toBe("/a");
    expect(lookups).toBe(1);
  });

  it("of an allowed origin are refused at another port of its host, and where its name leads elsewhere after a redirect", async () => {
    await using other = await startHost((path, response) =>
      path === "/on" ? response.writeHead(302, { location: "/there" }).end() : response.end(path),
    );
    await using studio = await startStudio();
    const { port } = new URL(other.url);
    const named = `http://images.invalid:${port}`;
    const elsewhere = { mediaOrigins: [`http://images.invalid:${Number(port) - 1}`], network: pretended };
    await expect(read(studio, `${named}/a`, elsewhere)).rejects.toThrow(/expected/);
    expect(other.seen).toEqual([]);
    let lookups = 0;
    const rebinding: Network = {
      resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      isPublic: () => lookups++ === 0, // at the first request, not after its redirect
    };
    await expect(read(studio, `${named}/on`, { mediaOrigins: [named], network: rebinding })).rejects.toThrow(
      /public addresses/,
    );
    expect(other.seen.map(({ path }) => path)).toEqual(["/on"]);
  });

  it.each([
    ["/secret", /--label-studio-token/],
    ["/round", /redirects/],
    ["/large", /1000 bytes/],
    ["/endless", /1000 bytes/],
    ["ftp-less.jpg", /an address/],
  ])("%s is a problem that says what to do", async (reference, message) => {
    await using studio = await startStudio();
    await expect(read(studio, reference)).rejects.toThrow(message);
  });

  it("of a Label Studio that is not there are a problem that says so", async () => {
    const studio = await startStudio();
    await studio[Symbol.asyncDispose]();
    await expect(read(studio, "/data/a.jpg")).rejects.toThrow(/expected an answer/);
  });
});
