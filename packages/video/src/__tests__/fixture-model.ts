import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ModelSource } from "@sam2js/checkpoint";
import type { PixelImage, Runtime } from "@sam2js/core";
import type { Golden } from "@sam2js/reference";
import { AutoVideoModel } from "../model/auto-video-model.js";
import type { VideoSegmentationModel } from "../model/video-segmentation-model.js";
import { Sam2VideoProcessor } from "../processor/sam2-video-processor.js";

interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface Changes {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, readonly number[]>>;
}

/** The checkpoint of a fixture, with other settings and values where wanted. */
export function fixtureSource(golden: Golden, { config = {}, weights = {} }: Changes = {}): ModelSource {
  const read = (name: string) => readFileSync(resolve(golden.dir, name));
  const settings = { ...JSON.parse(read("config.json").toString()), ...config };
  return {
    name: golden.meta.name,
    files: {
      "config.json": new TextEncoder().encode(JSON.stringify(settings)),
      "model.safetensors": withValues(read("model.safetensors"), weights),
      "processor_config.json": new Uint8Array(read("processor_config.json")),
    },
  };
}

export async function loadFixture(
  golden: Golden,
  runtime: Runtime,
  changes?: Changes,
): Promise<{ model: VideoSegmentationModel; processor: Sam2VideoProcessor }> {
  const source = fixtureSource(golden, changes);
  const model = await AutoVideoModel.fromPretrained(source, { runtime, onWarning: () => undefined });
  return { model, processor: await Sam2VideoProcessor.fromPretrained(source, { runtime }) };
}

/** The frames of a fixture as pixels. */
export function fixtureFrames(golden: Golden): PixelImage[] {
  const { dims, data } = golden.tensor("frames");
  const [count = 0, height = 0, width = 0, channels = 3] = dims;
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) => ({
    data: (data as Uint8Array).slice(index * size, (index + 1) * size),
    width,
    height,
    channels: 3,
  }));
}

/** A safetensors file in which some tensors have other values, as float32. */
function withValues(file: Buffer, changes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, begin).toString()) as Record<string, TensorEntry>;
  const { __metadata__: _, ...entries } = header;
  const blocks: Uint8Array[] = [];
  let at = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const values = changes[name];
    const [from, to] = entry.data_offsets;
    const block = values
      ? new Uint8Array(Float32Array.from(values).buffer)
      : file.subarray(begin + from, begin + to);
    entries[name] = {
      ...entry,
      ...(values && { dtype: "F32" }),
      data_offsets: [at, at + block.length],
    };
    blocks.push(block);
    at += block.length;
  }
  const text = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...blocks]));
}
