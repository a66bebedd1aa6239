import type { ModelReference } from "@sam2js/checkpoint";
import { type Dtype, EdgeTamConfig, type ImageModelConfig, type SavedFile } from "@sam2js/core";
import type { ExportedGraph } from "@sam2js/graph";
import { type OpenProcessorOptions, Sam2Processor } from "@sam2js/processor";

/** What transformers.js appends to the names of graphs, by its own names of types. */
const SUFFIXES: Readonly<Record<Dtype, string>> = { fp32: "", fp16: "_fp16", q8: "_quantized" };

/** The graphs under the names that transformers.js looks for. @see https://huggingface.co/docs/transformers.js/guides/dtypes */
export function transformersNames(graphs: readonly ExportedGraph[], dtype: Dtype): readonly ExportedGraph[] {
  return graphs.map(({ name, graph }) => ({ name: `onnx/${name}${SUFFIXES[dtype]}`, graph }));
}

/** What transformers.js reads beside the graphs. */
export interface TransformersSettings {
  readonly config: ImageModelConfig;
  readonly reference: ModelReference;
  readonly options: OpenProcessorOptions;
  readonly imageSize?: number | undefined;
  /** Names of graphs whose weights are in a file of their own. */
  readonly external: readonly string[];
}

/** `config.json`, `preprocessor_config.json` and `processor_config.json` as transformers.js reads them. */
export async function transformersSettings({
  config,
  reference,
  options,
  imageSize,
  external,
}: TransformersSettings): Promise<readonly SavedFile[]> {
  const isEdgeTam = config instanceof EdgeTamConfig;
  const processor = await Sam2Processor.fromPretrained(reference, { ...options, imageSize });
  const inFiles = external.map((name) => [`${name.slice(name.lastIndexOf("/") + 1)}.onnx`, true]);
  const model = {
    ...(JSON.parse(config.stringify()) as object),
    architectures: [isEdgeTam ? "EdgeTamModel" : "Sam2Model"],
    model_type: isEdgeTam ? "edgetam" : "sam2",
    ...(inFiles.length > 0 && {
      "transformers.js_config": { use_external_data_format: Object.fromEntries(inFiles) },
    }),
  };
  const named = { processor_class: "Sam2Processor" };
  return [
    json("config.json", model),
    json("preprocessor_config.json", { ...processor.imageProcessor.toJSON(), ...named }),
    json("processor_config.json", { ...processor.toJSON(), ...named }),
  ];
}

function json(name: string, value: object): SavedFile {
  return { name, content: () => `${JSON.stringify(value, null, 2)}\n` };
}
