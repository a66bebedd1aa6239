import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeHub, startFakeHub } from "./index.js";

const WEIGHTS = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);
const FILES = { "config.json": "{}", "model.safetensors": WEIGHTS, "sub/notes.txt": "n" };
const RESOLVE = "owner/tiny/resolve/main";

let hub: FakeHub;
beforeEach(async () => {
  hub = await startFakeHub([{ name: "owner/tiny", files: FILES }], { token: "t" });
});
afterEach(() => hub.close());

const get = (path: string, init?: RequestInit) => fetch(`${hub.endpoint}/${path}`, init);

test("small files come with commit and Git's hash", async () => {
  const response = await get(`${RESOLVE}/config.json`);
  expect(await response.text()).toBe("{}");
  expect(response.headers.get("x-repo-commit")).toMatch(/^[0-9a-f]{40}$/);
  // `printf '{}' | git hash-object --stdin`
  expect(response.headers.get("etag")).toBe('"9e26dfeeb6e641a33dae4961196235bdb965b21b"');
});

test("large files are a redirect to another origin that names SHA-256 and size", async () => {
  const response = await get(`${RESOLVE}/model.safetensors`, { method: "HEAD", redirect: "manual" });
  expect(response.status).toBe(302);
  expect(response.headers.get("x-linked-etag")).toBe(
    `"${createHash("sha256").update(WEIGHTS).digest("hex")}"`,
  );
  expect(response.headers.get("x-linked-size")).toBe("1000");
  expect(new URL(response.headers.get("location") ?? "").origin).not.toBe(hub.endpoint);
});

test("ranges are answered by 206, and 416 behind the end", async () => {
  const part = await get(`${RESOLVE}/model.safetensors`, { headers: { Range: "bytes=990-" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 990-999/1000"]);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(WEIGHTS.slice(990));
  expect((await get(`${RESOLVE}/model.safetensors`, { headers: { Range: "bytes=1000-" } })).status).toBe(416);
});

test("the interface gives the commit and lists one folder at a time", async () => {
  const { sha } = (await (await get("api/models/owner/tiny/revision/main")).json()) as { sha: string };
  const tree = (await (await get(`api/models/owner/tiny/tree/${sha}`)).json()) as {
    path: string;
    type: string;
  }[];
  expect(tree.map(({ path, type }) => `${type} ${path}`)).toEqual([
    "file config.json",
    "file model.safetensors",
    "directory sub",
  ]);
});

test("what is not there is told apart by X-Error-Code", async () => {
  const code = async (path: string, init?: RequestInit) =>
    (await get(path, init)).headers.get("x-error-code");
  expect(await code(`${RESOLVE}/none.json`)).toBe("EntryNotFound");
  expect(await code("owner/tiny/resolve/v9/config.json")).toBe("RevisionNotFound");
  expect(await code("owner/none/resolve/main/config.json")).toBe("RepoNotFound");
  hub.publish({ name: "owner/gated", files: FILES, isGated: true });
  expect(await code("owner/gated/resolve/main/config.json")).toBe("GatedRepo");
  expect(
    await code("owner/gated/resolve/main/config.json", { headers: { Authorization: "Bearer t" } }),
  ).toBeNull();
});

test("faults hit matching requests as often as asked, then all is well again", async () => {
  hub.fail({ match: /config/, status: 503, times: 2 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await get(`${RESOLVE}/config.json`)).status);
  expect(statuses).toEqual([503, 503, 200]);
  hub.fail({ match: /GET \/owner%2Ftiny/, dropAfterBytes: 10 });
  await expect(
    get(`${RESOLVE}/model.safetensors`).then((response) => response.arrayBuffer()),
  ).rejects.toThrow();
});
