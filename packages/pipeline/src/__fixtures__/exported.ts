import { readFileSync } from "node:fs";
import { loadCheckpoint, type ModelReference, openModel } from "@sam2js/checkpoint";
import { parseImageModelConfig, type Runtime, type WeightFile } from "@sam2js/core";
import { type ExportOptions, exportGraphs, isIgnoredByImages, sam2Weights } from "@sam2js/graph";

/** The ONNX files of a model with their weights inside, by the names of a layout, and the config. */
export async function exportedFiles(reference: ModelReference, runtime: Runtime, options: ExportOptions) {
  const checkpoint = await loadCheckpoint(await openModel(reference, { store: runtime.store }));
  const config = parseImageModelConfig(checkpoint.config);
  const weights = await checkpoint.weights(sam2Weights(config), { ignore: isIgnoredByImages });
  const files: Record<string, Uint8Array> = {};
  for (const { name, graph } of exportGraphs(config, weights, options)) {
    const { model } = await graph.build(async (ranges, sources) => {
      const all = new Map(sources.map((file) => [file.location, bytesOf(file)]));
      return ranges.map(({ location, byteOffset, byteLength }) => ({
        bytes: (all.get(location) as Uint8Array).subarray(byteOffset, byteOffset + byteLength),
      }));
    });
    files[options.layout === "transformers.js" ? `onnx/${name}.onnx` : `${name}.onnx`] = model;
  }
  return { config: new TextEncoder().encode(config.stringify()), files };
}

function bytesOf({ source }: WeightFile): Uint8Array {
  if (source.kind === "path") return new Uint8Array(readFileSync(source.path));
  if (source.kind === "bytes") return source.bytes;
  throw new TypeError("expected a path or bytes, got a blob");
}
