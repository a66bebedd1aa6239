import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CheckpointError, DownloadError, InputError, NotFoundError } from "@sam2js/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { float32, safetensors } from "../__fixtures__/safetensors.js";
import { TestStore } from "../__fixtures__/test-store.js";
import { loadCheckpoint, type ModelReference, openModel } from "../index.js";

const CONFIG = new TextEncoder().encode('{"model_type":"sam2"}');
const WEIGHTS = safetensors([float32("a", [2], [1, 2])]);
const FILES = { "config.json": CONFIG, "model.safetensors": WEIGHTS };
const RETRY = { attempts: 2, delayMs: 1, idleMs: 1000 };

async function tensorNames(model: ModelReference, options = {}): Promise<string[]> {
  const checkpoint = await loadCheckpoint(await openModel(model, options));
  expect(checkpoint.config).toEqual({ model_type: "sam2" });
  return [...checkpoint.tensors.keys()];
}

function file(name: string, bytes: Uint8Array, folder?: string): File {
  const made = new File([Uint8Array.from(bytes)], name);
  if (folder) Object.defineProperty(made, "webkitRelativePath", { value: `${folder}/${name}` });
  return made;
}

describe("a local model", () => {
  const store = new TestStore({
    "models/tiny": FILES,
    "models/tuned": { "config.json": CONFIG, "step-100.safetensors": WEIGHTS },
  });

  test("is a folder by path or file: URL", async () => {
    expect(await tensorNames("models/tiny", { store })).toEqual(["a"]);
    const rooted = new TestStore({ "/models/tiny": FILES });
    expect(await tensorNames(new URL("file:///models/tiny/"), { store: rooted })).toEqual(["a"]);
    expect(await tensorNames("file:///models/tiny", { store: rooted })).toEqual(["a"]);
  });

  test("is a .safetensors file of any name with config.json beside it", async () => {
    expect(await tensorNames("models/tuned/step-100.safetensors", { store })).toEqual(["a"]);
  });

  test("lets no path lead out of it", async () => {
    const files = await openModel("models/tiny", { store });
    for (const path of ["../tuned/config.json", "/etc/passwd", "a/../../b", "a\\b", "C:x", "", "a\0b"]) {
      await expect(files.file(path), path).rejects.toThrow(CheckpointError);
    }
    await expect(openModel("models/tiny", { store, subfolder: "../tuned" })).rejects.toThrow(CheckpointError);
  });

  test("that is not there is an error that names the path", async () => {
    await expect(openModel("./models/none", { store })).rejects.toThrow(NotFoundError);
    await expect(openModel("./models/none", { store })).rejects.toThrow(
      /^\.\/models\/none: expected a local folder.*check the path/,
    );
    await expect(openModel(new URL("file:///none"), { store })).rejects.toThrow(NotFoundError);
    await expect(openModel("nano", { store })).rejects.toThrow(/"@sam2js\/nano"/);
  });

  test("needs a store", async () => {
    await expect(openModel(new URL("file:///models/tiny/"))).rejects.toThrow(InputError);
    await expect(openModel(new URL("file:///models/tiny/"))).rejects.toThrow(/pass \{ runtime \}/);
  });
});

describe("a model source", () => {
  test("may hold bytes, blobs, paths and URLs", async () => {
    const store = new TestStore({ "/m": FILES });
    const names = await tensorNames(
      {
        name: "mixed",
        files: {
          "config.json": new Blob([CONFIG]),
          "model.safetensors": new URL("file:///m/model.safetensors"),
        },
      },
      { store },
    );
    expect(names).toEqual(["a"]);
    expect(
      await tensorNames(
        {
          name: "paths",
          files: { "config.json": "/m/config.json", "model.safetensors": "/m/model.safetensors" },
        },
        { store },
      ),
    ).toEqual(["a"]);
    const inText = `data:application/json;base64,${Buffer.from(CONFIG).toString("base64")}`;
    expect(
      await tensorNames({ name: "data", files: { "config.json": inText, "model.safetensors": WEIGHTS } }),
    ).toEqual(["a"]);
  });

  test("has only its own files", async () => {
    const files = await openModel({ name: "bare", files: {} });
    expect(await files.file("toString")).toBeUndefined();
    expect(await files.json("__proto__")).toBeUndefined();
  });

  test("opens each file once", async () => {
    const files = await openModel({ name: "n", files: FILES });
    expect(await files.file("config.json")).toBe(await files.file("config.json"));
  });
});

describe("chosen files", () => {
  const chosen = [file("config.json", CONFIG), file("model.safetensors", WEIGHTS)];

  test("may come as an array, an iterable or a FileList", async () => {
    expect(await tensorNames(chosen)).toEqual(["a"]);
    expect(await tensorNames(new Set(chosen))).toEqual(["a"]);
    expect(await tensorNames({ length: 2, item: (index) => chosen[index] ?? null })).toEqual(["a"]);
  });

  test("of a chosen folder lose the folder's name, and single weights may be called anything", async () => {
    const folder = [file("config.json", CONFIG, "my-model"), file("best.safetensors", WEIGHTS, "my-model")];
    expect(await tensorNames(folder)).toEqual(["a"]);
  });

  test("without config.json are an error that asks for it", async () => {
    await expect(
      openModel(file("model.safetensors", WEIGHTS)).then((files) => loadCheckpoint(files)),
    ).rejects.toThrow(/expected a config\.json/);
    await expect(openModel([])).rejects.toThrow(InputError);
  });
});

describe("a model by URL", () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const seen: string[] = [];

  beforeEach(async () => {
    seen.length = 0;
    answer = (request, response) => {
      const url = request.url ?? "";
      seen.push(url);
      const name = url.split("?")[0]?.replace("/m/", "") ?? "";
      const bytes = Object.entries(FILES).find(([path]) => path === name)?.[1];
      response.writeHead(bytes ? 200 : 404).end(bytes);
    };
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test("is a folder with or without a slash, or a .safetensors file", async () => {
    expect(await tensorNames(`${origin}/m`)).toEqual(["a"]);
    expect(await tensorNames(new URL(`${origin}/m/`))).toEqual(["a"]);
    expect(await tensorNames(`${origin}/m/model.safetensors`)).toEqual(["a"]);
  });

  test("keeps the query that signs its address", async () => {
    await tensorNames(`${origin}/m?signature=x`);
    expect(seen).toEqual(["/m/config.json?signature=x", "/m/model.safetensors?signature=x"]);
  });

  test("has no file where the server has none, also if it answers with a page instead", async () => {
    const files = await openModel(`${origin}/m`);
    expect(await files.json("processor_config.json")).toBeUndefined();
    answer = (_, response) =>
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end("<!doctype html>");
    expect(await files.json("preprocessor_config.json")).toBeUndefined();
  });

  test("goes on after a dropped connection and reports its bytes", async () => {
    const events: number[] = [];
    let drops = 1;
    const whole = answer;
    answer = (request, response) => {
      if (!request.url?.endsWith("model.safetensors") || drops-- <= 0) return whole(request, response);
      response.writeHead(200, { "Content-Length": String(WEIGHTS.length) });
      response.write(WEIGHTS.subarray(0, 50), () => setTimeout(() => response.destroy(), 20));
    };
    const onProgress = ({ name, done }: { name?: string; done: number }) =>
      void (name === "model.safetensors" && events.push(done));
    expect(await tensorNames(`${origin}/m`, { retry: RETRY, onProgress })).toEqual(["a"]);
    expect(events[0]).toBe(50);
    expect(events.at(-1)).toBe(WEIGHTS.length);
  });

  test("that refuses or cannot be reached is a download error", async () => {
    answer = (_, response) => response.writeHead(403).end();
    const files = await openModel(`${origin}/m`, { retry: RETRY });
    await expect(files.file("config.json")).rejects.toThrow(/expected access, got 403/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(files.file("model.safetensors")).rejects.toThrow(DownloadError);
  });

  test("is not asked for in offline mode", async () => {
    const files = await openModel(`${origin}/m`, { offline: true });
    await expect(files.file("config.json")).rejects.toThrow(/offline mode/);
    expect(seen).toEqual([]);
  });
});

test.each([null, undefined, 7, {}, ""])("%j is no model, and the error says what is", async (value) => {
  await expect(openModel(value as unknown as string)).rejects.toThrow(InputError);
  await expect(openModel(value as unknown as string)).rejects.toThrow("facebook/sam2.1-hiera-tiny");
});

test.each(["a/b/c", "../up", "C:\\models\\tiny", "owner/na--me", "owner/.git", "-a/b", "owner/name.git"])(
  "%s is no id on the Hub",
  async (text) => {
    await expect(openModel(text, { endpoint: "http://127.0.0.1:9" })).rejects.toThrow(NotFoundError);
  },
);

test("an endpoint that is no URL is refused", async () => {
  await expect(openModel("owner/name", { endpoint: "huggingface" })).rejects.toThrow(
    /endpoint: expected an http\(s\) URL/,
  );
});
