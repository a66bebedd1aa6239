import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CheckpointError, DownloadError, InputError, NotFoundError } from "@sam2js/core";
import { startFakeHub } from "@sam2js/testing/fake-hub";
import { expect, test } from "vitest";
import { TestStore } from "../__fixtures__/test-store.js";
import { torchFile } from "../__fixtures__/torch-file.js";
import { loadCheckpoint, type ModelFiles, type ModelReference, openModel } from "../index.js";

const BYTES = torchFile({ a: { dims: [2], bytes: new Uint8Array(8) } });
const OTHER = new TextEncoder().encode('{"model_type":"another model"}');

/** The file of weights, and no file beside it. */
async function weights(files: ModelFiles): Promise<Uint8Array> {
  expect(await files.file("config.json")).toBeUndefined();
  expect(await files.file("preprocessor_config.json")).toBeUndefined();
  const file = await files.file(files.pickled ?? "");
  return file ? file.read(0, file.sizeBytes) : new Uint8Array();
}

test("a local .pt, .pth or .torch file is a model of its own", async () => {
  const names = ["tuned.pt", "tuned.PTH", "model.torch"];
  const folder = { "config.json": OTHER, ...Object.fromEntries(names.map((name) => [name, BYTES])) };
  const store = new TestStore({ models: folder, "/models": folder });
  for (const name of names) {
    expect(await weights(await openModel(`models/${name}`, { store }))).toEqual(BYTES);
    expect(await weights(await openModel(new URL(`file:///models/${name}`), { store }))).toEqual(BYTES);
  }
  await expect(openModel("models/none.pt", { store })).rejects.toThrow(NotFoundError);
});

test("a .pt file is chosen alone, or with the config that is meant for it", async () => {
  const file = new File([Uint8Array.from(BYTES)], "tuned.pt");
  expect(await weights(await openModel(file))).toEqual(BYTES);
  const files = await openModel([file, new File(['{"image_size": 512}'], "config.json")]);
  expect(files.pickled).toBe("tuned.pt");
  expect(await files.json("config.json")).toEqual({ image_size: 512 });
  const both = await openModel([file, new File([], "model.safetensors")]);
  expect(both.pickled).toBeUndefined();
  const two = await openModel([file, new File([], "other.pt")]);
  await expect(loadCheckpoint(two)).rejects.toThrow(/expected a config\.json/);
});

test("a .pt file comes from the Hub by its path or address, into the store, and from there offline", async () => {
  const hub = await startFakeHub([
    { name: "owner/tuned", files: { "config.json": "{}", "old/step 1.pt": BYTES } },
  ]);
  try {
    const options = { store: new TestStore(), endpoint: hub.endpoint };
    const files = await openModel("owner/tuned/old/step 1.pt", options);
    expect(files.name).toBe("owner/tuned/old/step 1.pt");
    expect(await weights(files)).toEqual(BYTES);
    const before = hub.requests.length;
    for (const page of ["blob", "resolve"]) {
      const url = `${hub.endpoint}/owner/tuned/${page}/main/old/step%201.pt`;
      expect(await weights(await openModel(url, { ...options, offline: true }))).toEqual(BYTES);
    }
    expect(hub.requests.length).toBe(before);
    const other = await openModel("owner/tuned/none.pt", { ...options, offline: true });
    await expect(loadCheckpoint(other)).rejects.toThrow(DownloadError);
    await expect(loadCheckpoint(await openModel("owner/tuned/none.pt", options))).rejects.toThrow(
      NotFoundError,
    );
  } finally {
    await hub.close();
  }
});

test("a .pt file comes from any URL", async () => {
  const url = `data:application/octet-stream;base64,${Buffer.from(BYTES).toString("base64")}`;
  const model: ModelReference = { name: "m", files: { "x.pt": url } };
  const files = await openModel(model);
  expect(files.pickled).toBe("x.pt");
  await expect(loadCheckpoint(files)).rejects.toThrow(CheckpointError);
  await expect(loadCheckpoint(files)).rejects.toThrow(/no model of SAM 2 or EdgeTAM/);
});

/** Serves {@link BYTES}; each connection ends after so many bytes of what it was asked for. */
async function serveCut(cut: number, { hasRanges }: { readonly hasRanges: boolean }) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    asked.push(range);
    const begin = hasRanges ? Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0) : 0;
    const rest = BYTES.subarray(begin);
    const isPart = hasRanges && range !== undefined;
    response.writeHead(isPart ? 206 : 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": rest.length,
      ...(isPart && { "Content-Range": `bytes ${begin}-${BYTES.length - 1}/${BYTES.length}` }),
    });
    response.write(rest.subarray(0, cut), () => (rest.length <= cut ? response.end() : response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/weights/tuned.pt?signature=a%2Fb`),
    asked,
    [Symbol.asyncDispose]: async () => void server.close().closeAllConnections(),
  };
}

const IMPATIENT = { retry: { attempts: 3, delayMs: 1 } };

test("a .pt file comes over HTTP, and goes on where a connection ended if the server has ranges", async () => {
  const cut = Math.ceil(BYTES.length / 3);
  await using server = await serveCut(cut, { hasRanges: true });
  expect(await weights(await openModel(server.url, IMPATIENT))).toEqual(BYTES);
  expect(server.asked).toEqual([undefined, `bytes=${cut}-`, `bytes=${2 * cut}-`]);
});

test("a .pt file comes over HTTP from a server without ranges", async () => {
  await using server = await serveCut(BYTES.length, { hasRanges: false });
  expect(await weights(await openModel(server.url, IMPATIENT))).toEqual(BYTES);
  expect(server.asked).toEqual([undefined]);
});

test("a .pt file whose end never comes is a failed download, not a damaged file", async () => {
  await using server = await serveCut(100, { hasRanges: false });
  const loading = openModel(server.url, IMPATIENT).then(loadCheckpoint);
  await expect(loading).rejects.toThrow(DownloadError);
  await expect(loading).rejects.toThrow(/127\.0\.0\.1.*weights\/tuned\.pt/);
  await expect(loading).rejects.not.toThrow(/signature/);
  expect(server.asked).toHaveLength(3);
});

test("a config is the object of a config.json, given instead of the model's own", async () => {
  const source = { name: "m", files: { "config.json": OTHER } };
  const files = await openModel(source, { config: { model_type: "mine" } });
  expect(await files.json("config.json")).toEqual({ model_type: "mine" });
  await expect(openModel(source, { config: [] })).rejects.toThrow(InputError);
});
