import { DownloadError, NotFoundError, StoreError } from "@sam2js/core";
import { MemoryStore } from "@sam2js/core/testing";
import { type FakeHub, type FakeRepository, startFakeHub } from "@sam2js/testing/fake-hub";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { float32, safetensors } from "../__fixtures__/safetensors.js";
import { TestStore } from "../__fixtures__/test-store.js";
import { loadCheckpoint, type OpenModelOptions, openModel } from "../index.js";

const NAME = "owner/tiny-sam2";
const WEIGHTS = safetensors([
  float32(
    "a",
    [5000],
    Array.from({ length: 5000 }, (_, i) => i / 7),
  ),
]);
const REPOSITORY: FakeRepository = {
  name: NAME,
  files: {
    "config.json": '{"model_type":"sam2"}',
    "model.safetensors": WEIGHTS,
    "sub/config.json": '{"in":"sub"}',
    "README.md": "# tiny",
  },
};
const RETRY = { attempts: 3, delayMs: 1, idleMs: 2000 };
/** Requests for the weights themselves, on the server that large files are redirected to. */
const WEIGHTS_BODY = /^GET \/owner%2F/;

let hub: FakeHub;
let store: TestStore;
beforeEach(async () => {
  hub = await startFakeHub([REPOSITORY], { token: "secret" });
  store = new TestStore();
});
afterEach(() => hub.close());

function open(options: OpenModelOptions = {}, name = NAME) {
  return openModel(name, { store, endpoint: hub.endpoint, retry: RETRY, ...options });
}

async function readAll(options: OpenModelOptions = {}): Promise<Uint8Array> {
  const file = await (await open(options)).file("model.safetensors");
  if (!file) throw new TypeError("no weights");
  return file.read(0, file.sizeBytes);
}

async function failure(work: Promise<unknown>): Promise<DownloadError> {
  const error = await work.then(
    () => new TypeError("it succeeded"),
    (reason) => reason,
  );
  if (!DownloadError.isInstance(error)) throw error;
  return error;
}

const downloads = () =>
  hub.requests.filter(({ server, path }) => server === "cdn" && path.includes("model.safetensors"));

describe("a model on the Hub", () => {
  test("is loaded by its id, and only what is asked for is fetched", async () => {
    const files = await open();
    const checkpoint = await loadCheckpoint(files);
    expect(checkpoint.config).toEqual({ model_type: "sam2" });
    expect([...checkpoint.tensors.keys()]).toEqual(["a"]);
    expect(checkpoint.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(hub.requests.some(({ path }) => path.includes("README"))).toBe(false);
    expect(hub.requests.filter(({ path }) => path.startsWith("/api/"))).toHaveLength(2);
  });

  test("comes from the store the second time, with one request for the commit", async () => {
    await loadCheckpoint(await open());
    const before = hub.requests.length;
    await loadCheckpoint(await open());
    expect(hub.requests.slice(before).map(({ path }) => path.split("?")[0])).toEqual([
      `/api/models/${NAME}/revision/main`,
    ]);
  });

  test("loads from a store that holds it and cannot be written: what the Hub says need not be remembered", async () => {
    await loadCheckpoint(await open());
    const refuse = async () => {
      throw new StoreError("cache: no right to write");
    };
    Object.assign(store, { writeRef: refuse, markMissing: refuse, open: refuse });
    const files = await open();
    await loadCheckpoint(files);
    expect(await files.file("processor_config.json")).toBeUndefined();
    hub.publish({ ...REPOSITORY, files: { ...REPOSITORY.files, "config.json": "{}" } });
    await expect(loadCheckpoint(await open())).rejects.toThrow(StoreError);
  });

  test("needs no request at all when a commit that the store holds is asked for", async () => {
    const { revision } = await loadCheckpoint(await open());
    hub.requests.length = 0;
    await loadCheckpoint(await open({ revision }));
    expect(hub.requests).toEqual([]);
  });

  test("is read at the commit that was found first, whatever is published meanwhile", async () => {
    const files = await open();
    hub.publish({
      name: NAME,
      files: { "config.json": '{"model_type":"new"}', "model.safetensors": WEIGHTS },
    });
    expect(await files.json("config.json")).toEqual({ model_type: "sam2" });
    expect(await (await open()).json("config.json")).toEqual({ model_type: "new" });
  });

  test("takes content that another commit brought from the store", async () => {
    await readAll();
    hub.publish({ name: NAME, files: { ...REPOSITORY.files, "config.json": "{}" } });
    await readAll();
    expect(downloads()).toHaveLength(1);
  });

  test("remembers files that do not exist", async () => {
    const files = await open();
    expect(await files.json("processor_config.json")).toBeUndefined();
    expect([...store.missing]).toEqual([`${NAME}@${files.revision}/processor_config.json`]);
  });

  test("may lie in a subfolder", async () => {
    const files = await open({ subfolder: "sub" });
    expect(await files.json("config.json")).toEqual({ in: "sub" });
    expect(await (await open({ subfolder: "none" })).json("config.json")).toBeUndefined();
  });

  test("is found by the URL of its page", async () => {
    const files = await openModel(`${hub.endpoint}/${NAME}/tree/main/sub`, { store, endpoint: hub.endpoint });
    expect(await files.json("config.json")).toEqual({ in: "sub" });
  });

  test("is loaded without a store into memory", async () => {
    const files = await openModel(NAME, { endpoint: hub.endpoint });
    expect([...(await loadCheckpoint(files)).tensors.keys()]).toEqual(["a"]);
  });

  test("is hidden by a local folder of the same name", async () => {
    store.folders[NAME] = { "config.json": new TextEncoder().encode('{"is":"local"}') };
    expect(await (await open()).json("config.json")).toEqual({ is: "local" });
    expect(hub.requests).toEqual([]);
  });

  test("is not looked for on a server of files alone, which is told apart from a model that is not there", async () => {
    await using server = await startFakeHub([REPOSITORY], { hasApi: false });
    const error = await failure(openModel(NAME, { store, endpoint: server.endpoint, retry: RETRY }));
    expect(error.message).toContain("expected the interface of a Hub");
  });

  test("has variants, whole and in shards, as the reference names them", async () => {
    const part = (name: string) => safetensors([float32(name, [1], [1])]);
    const variants = {
      "model.fp16.safetensors": part("half"),
      "model.safetensors.index.bf16.json": '{"weight_map":{"shard":"model-1.bf16.safetensors"}}',
      "model-1.bf16.safetensors": part("shard"),
    };
    hub.publish({ ...REPOSITORY, files: { ...REPOSITORY.files, ...variants } });
    const names = async (variant?: string, offline = false) => [
      ...(await loadCheckpoint(await open({ variant, offline }))).tensors.keys(),
    ];
    for (const offline of [false, true]) {
      expect(await names("fp16", offline)).toEqual(["half"]);
      expect(await names("bf16", offline)).toEqual(["shard"]);
    }
    expect(await names()).toEqual(["a"]);
    await expect(names("int4")).rejects.toThrow("model.int4.safetensors");
  });

  test("is fetched again where that is asked for, and its stored file replaced", async () => {
    await readAll();
    await readAll({ forceDownload: true });
    expect(downloads()).toHaveLength(2);
    await readAll();
    expect(downloads()).toHaveLength(2);
    await readAll({ forceDownload: true, offline: true });
    expect(store.openWriters).toBe(0);
  });

  test("refuses options that it does not know, with the right name", async () => {
    const refused = (options: object) => open(options).catch((error: Error) => error.message);
    expect(await refused({ force_download: true })).toContain("write forceDownload");
    expect(await refused({ local_files_only: true })).toContain("use offline");
    expect(await refused({ cache_dir: "x" })).toContain("createNodeRuntime({ cacheDir })");
    expect(await refused({ use_auth_token: "x" })).toContain("use token");
    expect(await refused({ proxies: {} })).toContain("HTTPS_PROXY");
  });

  test("reports the bytes of its download", async () => {
    const events: number[] = [];
    await readAll({
      onProgress: ({ phase, name, done }) =>
        phase === "download" && name === "model.safetensors" && events.push(done),
    });
    expect(events.at(-1)).toBe(WEIGHTS.length);
    expect(events).toEqual([...events].sort((a, b) => a - b));
  });
});

describe("a download", () => {
  test("goes on where a dropped connection left it", async () => {
    hub.fail({ match: WEIGHTS_BODY, dropAfterBytes: 7000 });
    expect(await readAll()).toEqual(WEIGHTS);
    const ranges = downloads().map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test("goes on in another program behind what an earlier one left", async () => {
    hub.fail({ match: WEIGHTS_BODY, dropAfterBytes: 9000 });
    await failure(readAll({ retry: { ...RETRY, attempts: 1 } }));
    expect(store.openWriters).toBe(0);
    expect([...store.partials.values()].map((bytes) => bytes.length)).toEqual([9000]);
    expect(await readAll()).toEqual(WEIGHTS);
    expect(downloads().at(-1)?.range).toBe("bytes=9000-");
  });

  test("goes on in the store that core has for tests as well", async () => {
    const memory = new MemoryStore();
    hub.fail({ match: WEIGHTS_BODY, dropAfterBytes: 9000 });
    await failure(readAll({ store: memory, retry: { ...RETRY, attempts: 1 } }));
    expect(await readAll({ store: memory })).toEqual(WEIGHTS);
    expect(downloads().at(-1)?.range).toBe("bytes=9000-");
  });

  test("begins again where the server ignores ranges", async () => {
    hub.fail({ match: WEIGHTS_BODY, dropAfterBytes: 9000 });
    hub.fail({ match: WEIGHTS_BODY, ignoresRange: true });
    expect(await readAll()).toEqual(WEIGHTS);
  });

  test("begins again after a 416", async () => {
    hub.fail({ match: WEIGHTS_BODY, dropAfterBytes: 9000 });
    hub.fail({ match: WEIGHTS_BODY, status: 416 });
    expect(await readAll()).toEqual(WEIGHTS);
    expect(downloads().at(-1)?.range).toBeUndefined();
  });

  test("with wrong content is fetched whole once more, then refused, and never visible", async () => {
    hub.fail({ match: WEIGHTS_BODY, isCorrupt: true });
    expect(await readAll()).toEqual(WEIGHTS);
    store = new TestStore();
    hub.fail({ match: WEIGHTS_BODY, isCorrupt: true, times: 2 });
    expect((await failure(readAll())).code).toBe("HASH_MISMATCH");
    expect([...store.committed.keys()].filter((key) => key.endsWith("safetensors"))).toEqual([]);
  });

  test("with wrong content of a small file is refused by Git's hash", async () => {
    hub.fail({ match: /GET .*resolve.*config\.json/, isCorrupt: true, times: 2 });
    expect((await failure((await open()).json("config.json"))).code).toBe("HASH_MISMATCH");
  });

  test("longer than the Hub said is refused", async () => {
    hub.fail({ match: WEIGHTS_BODY, extraBytes: 100, times: 9 });
    expect((await failure(readAll())).message).toContain("expected");
    expect([...store.committed.keys()].filter((key) => key.endsWith("safetensors"))).toEqual([]);
  });

  test("waits out statuses 429 and 503, as long as Retry-After says", async () => {
    hub.fail({ match: WEIGHTS_BODY, status: 429, headers: { "Retry-After": "1" } });
    hub.fail({ match: WEIGHTS_BODY, status: 503 });
    const begin = performance.now();
    expect(await readAll()).toEqual(WEIGHTS);
    expect(performance.now() - begin).toBeGreaterThan(950);
  });

  test("gives up on a status that stays, and names it", async () => {
    hub.fail({ match: WEIGHTS_BODY, status: 500, times: 9 });
    const error = await failure(readAll());
    expect(error.message).toContain("500");
    expect(downloads()).toHaveLength(RETRY.attempts);
  });

  test("does not wait longer than a person would", async () => {
    hub.fail({ match: WEIGHTS_BODY, status: 429, headers: { "Retry-After": "86400" } });
    const error = await failure(readAll());
    expect(error.code).toBe("RATE_LIMITED");
    expect(error.message).toContain("86400");
  });

  test("takes silence for a dropped connection", async () => {
    hub.fail({ match: WEIGHTS_BODY, hangAfterBytes: 4000 });
    expect(await readAll({ retry: { ...RETRY, idleMs: 200 } })).toEqual(WEIGHTS);
    expect(downloads().at(-1)?.range).toBe("bytes=4000-");
  });

  test("that is aborted rejects with the reason at once and keeps what came", async () => {
    hub.fail({ match: WEIGHTS_BODY, hangAfterBytes: 4000 });
    const controller = new AbortController();
    const begin = performance.now();
    const reading = readAll({
      signal: controller.signal,
      retry: { ...RETRY, idleMs: 120_000 },
      onProgress: ({ done, name }) =>
        name === "model.safetensors" && done === 4000 && controller.abort(new TypeError("enough")),
    });
    await expect(reading).rejects.toThrow("enough");
    expect(performance.now() - begin).toBeLessThan(60_000);
    expect(await readAll()).toEqual(WEIGHTS);
    expect(downloads().at(-1)?.range).toBe("bytes=4000-");
  });

  test("is shared by two loads at the same time, each of which may abort for itself", async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const holding: typeof fetch = async (input, init) => {
      if (!String(input).includes("/resolve/")) return fetch(input, init);
      isAsked();
      await held;
      return fetch(input, init);
    };
    Object.assign(store, { fetch: holding });
    const controller = new AbortController();
    const models = await Promise.all([open({ signal: controller.signal }), open()]);
    const [first, second] = models.map((model) => model.file("model.safetensors"));
    await asked;
    controller.abort(new TypeError("only the first"));
    await expect(first).rejects.toThrow("only the first");
    letGo();
    expect((await second)?.sizeBytes).toBe(WEIGHTS.length);
    expect(downloads()).toHaveLength(1);
  });
});

describe("tokens and access", () => {
  test("the token goes to the Hub and not to where it redirects", async () => {
    await readAll({ token: "secret" });
    const seen = (server: string) =>
      new Set(hub.requests.filter((r) => r.server === server).map((r) => r.authorization));
    expect(seen("hub")).toEqual(new Set(["Bearer secret"]));
    expect(seen("cdn")).toEqual(new Set([undefined]));
  });

  test("the platform's token is used unless the option says otherwise", async () => {
    store = new TestStore({}, { token: "secret" });
    await open();
    await open({ token: false });
    expect(hub.requests.map(({ authorization }) => authorization)).toEqual(["Bearer secret", undefined]);
  });

  test("a gated repository without access says where to accept its conditions", async () => {
    hub.publish({ ...REPOSITORY, name: "owner/gated", isGated: true });
    const error = await failure(open({}, "owner/gated").then((files) => files.json("config.json")));
    expect(error.code).toBe("ACCESS_DENIED");
    expect(error.message).toContain(`${hub.endpoint}/owner/gated`);
    const files = await open({ token: "secret" }, "owner/gated");
    expect(await files.json("config.json")).toEqual({ model_type: "sam2" });
  });

  test("a private repository is found with a token only", async () => {
    hub.publish({ ...REPOSITORY, name: "owner/private", isPrivate: true });
    await expect(open({}, "owner/private")).rejects.toThrow(
      /no such repository, or it is private.*pass a token/,
    );
    expect(await (await open({ token: "secret" }, "owner/private")).json("config.json")).toBeDefined();
  });

  test("a repository or revision that does not exist is told from a missing file", async () => {
    await expect(open({}, "owner/none")).rejects.toSatisfy(NotFoundError.isInstance.bind(NotFoundError));
    await expect(open({ revision: "v9" })).rejects.toThrow(/branch, tag or commit/);
    hub.publish({ name: "owner/empty", files: { "README.md": "" } });
    await expect(loadCheckpoint(await open({}, "owner/empty"))).rejects.toThrow(/expected a config\.json/);
  });
});

describe("offline", () => {
  test("what the store holds is loaded without a request", async () => {
    await loadCheckpoint(await open());
    hub.requests.length = 0;
    const checkpoint = await loadCheckpoint(await open({ offline: true }));
    expect([...checkpoint.tensors.keys()]).toEqual(["a"]);
    expect(hub.requests).toEqual([]);
  });

  test("what it does not hold is a typed error, optional files are just missing", async () => {
    expect((await failure(open({ offline: true }))).code).toBe("OFFLINE");
    await (await open()).json("config.json");
    const files = await open({ offline: true });
    expect(await files.json("processor_config.json")).toBeUndefined();
    expect((await failure(files.file("model.safetensors"))).code).toBe("OFFLINE");
  });

  test("is the platform's setting unless the option says otherwise", async () => {
    store = new TestStore({}, { offline: true });
    expect((await failure(open())).code).toBe("OFFLINE");
    expect((await open({ offline: false })).revision).toBeDefined();
  });

  test("a Hub that cannot be reached does not keep a cached model from loading", async () => {
    await loadCheckpoint(await open());
    const { endpoint } = hub;
    await hub.close();
    const files = await openModel(NAME, { store, endpoint, retry: RETRY });
    expect([...(await loadCheckpoint(files)).tensors.keys()]).toEqual(["a"]);
    const error = await failure(openModel("owner/other", { store, endpoint, retry: RETRY }));
    expect(error.message).toContain("check the connection");
    hub = await startFakeHub();
  });
});

describe("a server without end", () => {
  const retry = { attempts: 3, delayMs: 1, idleMs: 20, minBytesPerSecond: 1e6 };

  test("that trickles is given up after as many tries as one that is silent, and what came is kept", async () => {
    let tries = 0;
    const trickle = async (input: string | URL | Request) => {
      if (!/\/resolve\//.test(String(input))) return fetch(input);
      tries++;
      const body = new ReadableStream({
        pull: async (controller) => {
          await new Promise((done) => setTimeout(done, 5));
          controller.enqueue(new Uint8Array(1));
        },
      });
      const from = tries === 1 ? 0 : (store.partials.values().next().value?.length ?? 0);
      return new Response(body, { status: from ? 206 : 200, headers: { "Content-Range": `bytes ${from}-` } });
    };
    Object.assign(store, { fetch: trickle });
    const error = await failure((await open({ retry })).file("model.safetensors"));
    expect(error.message).toContain("bytes a second, less than 1000000");
    expect(tries).toBe(3);
    expect([...store.partials.values()][0]?.length).toBeGreaterThan(0);
    expect(store.openWriters).toBe(0);
  });

  test("that pages its listing on and on is refused", async () => {
    let pages = 0;
    const paging = async (input: string | URL | Request) => {
      const url = String(input);
      if (!url.includes("/tree/")) return fetch(input);
      pages++;
      return Response.json([], { headers: { Link: `<${url}>; rel="next"` } });
    };
    Object.assign(store, { fetch: paging });
    const error = await failure((await open()).file("model.safetensors"));
    expect(error.message).toContain("at most 100 pages");
    expect(pages).toBe(100);
  });
});
