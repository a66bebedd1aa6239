import { loadCheckpoint, openModel } from "@sam2js/checkpoint";
import { parseImageModelConfig } from "@sam2js/core";
import { exportGraphs, isIgnoredByImages, sam2Weights } from "@sam2js/graph";
import { createNodeRuntime } from "@sam2js/runtime-node";
import type { FilesAt } from "./plain-options.js";
import type { Site } from "./site.js";

/** Puts a model on the site as transformers.js has it: graphs whose weights are a file beside them, here that of the checkpoint. */
export async function serveReady(site: Site, { name, files: known }: FilesAt, dir: string): Promise<FilesAt> {
  await using runtime = createNodeRuntime();
  const checkpoint = await loadCheckpoint(await openModel(dir, { store: runtime.store }));
  const config = parseImageModelConfig(checkpoint.config);
  const weights = await checkpoint.weights(sam2Weights(config), { ignore: isIgnoredByImages });
  const files: Record<string, string> = {};
  const put = (path: string, bytes: Uint8Array) => {
    files[path] = `${site.origin}/ready/${name}/${path}`;
    site.files.set(`/ready/${name}/${path}`, bytes);
  };
  for (const { name: graph, graph: described } of exportGraphs(config, weights, {
    layout: "transformers.js",
  }))
    put(`onnx/${graph}.onnx`, (await described.build()).model);
  for (const [path, address = ""] of Object.entries(known)) {
    const bytes = site.files.get(new URL(address).pathname) as Uint8Array;
    put(path === "model.safetensors" ? `onnx/${path}` : path, bytes);
  }
  return { name: `${name}, ready-made`, files };
}
