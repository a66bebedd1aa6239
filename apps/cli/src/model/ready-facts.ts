import type { ReadyModel } from "@sam2js/checkpoint";
import { megabytes } from "../io/progress.js";

const LAYOUTS: Readonly<Record<ReadyModel["layout"], string>> = {
  "two-file": "ONNX files as annotation tools load them",
  "transformers.js": "ONNX files as transformers.js loads them",
};

/** What ready-made ONNX files say of themselves: neither config nor tensors, but what they take and give. */
export function readyFacts(name: string, ready: ReadyModel) {
  const { layout, fingerprint, sizeBytes, imageSize } = ready;
  const graphOf = ({ inputs, outputs }: ReadyModel["encoder"]) => ({ inputs, outputs });
  const graphs = { imageEncoder: graphOf(ready.encoder), maskDecoder: graphOf(ready.decoder) };
  return { name, layout, fingerprint, config: { imageSize }, sizeBytes, graphs };
}

/** The same in words, as rows of a table. */
export function describeReady({
  layout,
  config,
  sizeBytes,
  graphs,
}: ReturnType<typeof readyFacts>): string[][] {
  const { imageSize } = config;
  const { imageEncoder, maskDecoder } = graphs;
  return [
    ["layout", LAYOUTS[layout]],
    ["input", imageSize === undefined ? "pixels of any size" : `${imageSize} x ${imageSize} pixels`],
    ["encoder", `takes ${values(imageEncoder.inputs)}`],
    ["", `gives ${values(imageEncoder.outputs)}`],
    ["decoder", `takes ${values(maskDecoder.inputs)}`],
    ["", `gives ${values(maskDecoder.outputs)}`],
    ["file", `${megabytes(sizeBytes)}, with the weights`],
  ];
}

function values(list: ReadyModel["encoder"]["inputs"]): string {
  return list.map(({ name, dims }) => `${name} [${dims.join(", ")}]`).join(", ");
}
