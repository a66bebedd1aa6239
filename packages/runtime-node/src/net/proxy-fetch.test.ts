import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@sam2js/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decodeImage } from "../images/decode-image.js";
import { DiskStore } from "../store/disk-store.js";
import { proxyFetch } from "./proxy-fetch.js";

interface Seen {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
}

let proxy: { readonly url: string; readonly seen: Seen[] };
let origin: { readonly url: string; readonly seen: Seen[] };
const servers: Server[] = [];

async function serve(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(async () => {
  const seen: Seen[] = [];
  const server = createServer((incoming, answer) => {
    seen.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    // A proxy is asked for whole addresses.
    const target = new URL(incoming.url ?? "");
    const onward = request(target, { method: incoming.method, headers: incoming.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    seen.push({ line: `CONNECT ${incoming.url}`, headers: incoming.headers });
    // No tunnel leads out of this test.
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  proxy = { url: `http://${await serve(server)}`, seen };

  const requests: Seen[] = [];
  const other = await serve(
    createServer((incoming, answer) => {
      requests.push({ line: `other ${incoming.url}`, headers: incoming.headers });
      answer.end("elsewhere");
    }),
  );
  const address = await serve(
    createServer((incoming, answer) => {
      requests.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
      if (incoming.url === "/away") answer.writeHead(302, { Location: `http://${other}/there` }).end();
      else if (incoming.url === "/pixel.gif")
        answer.end(Buffer.from("R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=", "base64"));
      else answer.end("content");
    }),
  );
  origin = { url: `http://${address}`, seen: requests };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const lines = (seen: readonly Seen[]) => seen.map(({ line }) => line);

describe("proxyFetch", () => {
  test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])(
    "%s is asked for the whole address",
    async (name) => {
      const response = await proxyFetch({ [name]: proxy.url })(`${origin.url}/file`, {
        headers: { Range: "bytes=0-" },
      });
      expect(await response.text()).toBe("content");
      expect(lines(proxy.seen)).toEqual([`GET ${origin.url}/file`]);
      expect(origin.seen[0]?.headers.range).toBe("bytes=0-");
    },
  );

  test.each(["HTTPS_PROXY", "https_proxy"])("%s is asked for a tunnel, small letters first", async (name) => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:1", [name]: proxy.url };
    const failed = await proxyFetch(env)("https://huggingface.invalid/x").catch((error: Error) => error);
    expect(lines(proxy.seen)).toEqual(["CONNECT huggingface.invalid:443"]);
    expect(String(((failed as Error).cause as Error).cause)).toContain("403");
  });

  test("a proxy may want a login, and need no scheme", async () => {
    const at = new URL(proxy.url).host;
    await proxyFetch({ HTTP_PROXY: `user:p%40ss@${at}` })(`${origin.url}/file`);
    expect(proxy.seen[0]?.headers["proxy-authorization"]).toBe(`Basic ${btoa("user:p@ss")}`);
    expect(origin.seen).toHaveLength(1);
  });

  test.each([
    ["*", false],
    ["localhost,*", false],
    ["127.0.0.1", false],
    ["example.org 127.0.0.1", false],
    ["127.0.0.1:1", true],
    ["localhost", true],
    ["", true],
  ])("NO_PROXY=%j: by way of the proxy is %j", async (noProxy, isProxied) => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      proxy.seen.length = 0;
      await proxyFetch({ HTTP_PROXY: proxy.url, [name]: noProxy })(`${origin.url}/file`);
      expect(proxy.seen.length > 0).toBe(isProxied);
    }
  });

  test.each([
    [".internal.invalid", false],
    ["*.internal.invalid", false],
    ["internal.invalid", false],
    ["internal.invalid:443", false],
    ["internal.invalid:8443", true],
    ["nal.invalid", true],
  ])("NO_PROXY=%j and a name below it: by way of the proxy is %j", async (noProxy, isProxied) => {
    await proxyFetch({ HTTPS_PROXY: proxy.url, NO_PROXY: noProxy })("https://models.internal.invalid/").catch(
      () => undefined,
    );
    expect(proxy.seen.length > 0).toBe(isProxied);
  });

  test("an IPv6 address in NO_PROXY needs no brackets", async () => {
    for (const noProxy of ["::1", "[::1]"]) {
      await proxyFetch({ HTTP_PROXY: proxy.url, NO_PROXY: noProxy })("http://[::1]:1/").catch(
        () => undefined,
      );
    }
    expect(proxy.seen).toEqual([]);
  });

  test("a token goes to its own origin and not on to another", async () => {
    const headers = { Authorization: "Bearer secret" };
    const response = await proxyFetch({ HTTP_PROXY: proxy.url })(`${origin.url}/away`, { headers });
    expect(await response.text()).toBe("elsewhere");
    expect(origin.seen.map(({ headers: { authorization } }) => authorization)).toEqual([
      "Bearer secret",
      undefined,
    ]);
  });

  test("an abort ends a request", async () => {
    const signal = AbortSignal.abort(new TypeError("enough"));
    await expect(proxyFetch({ HTTP_PROXY: proxy.url })(`${origin.url}/file`, { signal })).rejects.toThrow(
      "enough",
    );
  });

  test("without these variables it is the global fetch", async () => {
    const spy = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("mine"));
    expect(await (await proxyFetch({})("https://example.invalid")).text()).toBe("mine");
    spy.mockRestore();
  });

  test("what is no URL is named without its value, which may hold a password", async () => {
    const error = await proxyFetch({ HTTPS_PROXY: "http://user:secret@:x" })("https://a.invalid").catch(
      (e: unknown) => e,
    );
    expect(InputError.isInstance(error) && error.message).toContain("HTTPS_PROXY");
    expect(String(error)).not.toContain("secret");
  });
});

describe("what goes by way of the proxy", () => {
  test("downloads of models, by the environment of the store", async () => {
    const store = new DiskStore({ env: { HTTP_PROXY: proxy.url } });
    expect(await (await store.fetch(`${origin.url}/config.json`)).text()).toBe("content");
    expect(lines(proxy.seen)).toEqual([`GET ${origin.url}/config.json`]);
  });

  test("images by URL", async () => {
    vi.stubEnv("HTTP_PROXY", proxy.url);
    vi.stubEnv("NO_PROXY", "");
    const { width, height } = await decodeImage(`${origin.url}/pixel.gif`);
    expect([width, height]).toEqual([1, 1]);
    expect(lines(proxy.seen)).toEqual([`GET ${origin.url}/pixel.gif`]);
  });
});
