import {
  parseVideoModelConfig,
  type SessionDescription,
  Tensor,
  type TensorLike,
  type VideoModelConfig,
  type WeightTable,
} from "@sam2js/core";
import { type Golden, loadGolden } from "@sam2js/reference";
import { imageEncoderGraph } from "../graphs/image-encoder-graph.js";
import { videoWeights } from "../video/video-weights.js";
import { isTrainingWeight } from "../weights/video-weights.js";
import { loadModel } from "./load-model.js";
import { type Engine, loadGraph } from "./node-engine.js";

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** A video fixture with the graphs of its model, each loaded once. */
export class VideoModel {
  readonly golden: Golden;
  readonly config: VideoModelConfig;
  readonly weights: WeightTable;
  readonly #engines = new Map<string, Promise<Engine>>();
  readonly #frames = new Map<number, Promise<Record<string, Tensor>>>();

  private constructor(golden: Golden, config: VideoModelConfig, weights: WeightTable) {
    this.golden = golden;
    this.config = config;
    this.weights = weights;
  }

  static async load(dir: string): Promise<VideoModel> {
    const checkpoint = await loadModel(dir);
    const config = parseVideoModelConfig(checkpoint.config);
    const weights = await checkpoint.weights(videoWeights(config), {
      ignore: isTrainingWeight,
      onWarning: (message: string) => {
        throw new RangeError(message);
      },
    });
    return new VideoModel(loadGolden(dir), config, weights);
  }

  /** Runs a graph with host tensors. */
  async run(description: SessionDescription, inputs: Readonly<Record<string, TensorLike>>) {
    const engine = this.#engines.get(description.digest) ?? loadGraph(description);
    this.#engines.set(description.digest, engine);
    return (await engine).run(inputs);
  }

  /** What the image encoder makes of a frame of the fixture. */
  encode(frame: number): Promise<Record<string, Tensor>> {
    const known = this.#frames.get(frame);
    const options = { attention: "fused", noMemoryEmbedding: false } as const;
    const run = () =>
      this.run(imageEncoderGraph(this.config, this.weights, options), { pixel_values: this.pixels(frame) });
    const result = known ?? run();
    this.#frames.set(frame, result);
    return result;
  }

  /** A frame as the reference resizes it, normalised. */
  pixels(frame: number): Tensor {
    const { data, dims } = this.golden.tensor("resized_frames");
    const [, channels = 3, height = 0, width = 0] = dims;
    const plane = height * width;
    const source = data.subarray(frame * channels * plane, (frame + 1) * channels * plane);
    const result = Float32Array.from(source, (value, i) => {
      const channel = Math.floor(i / plane);
      return (value / 255 - (MEAN[channel] as number)) / (STD[channel] as number);
    });
    return new Tensor("float32", result, [1, channels, height, width]);
  }

  async dispose(): Promise<void> {
    for (const engine of this.#engines.values()) await (await engine).dispose();
  }
}

/** Points (x, y) in pixels of the frames, and the closing point, as the decoder takes them. */
export function promptTensors(
  { golden, config }: VideoModel,
  points: readonly (readonly number[])[],
  labels: readonly number[],
): { points: Tensor; labels: Tensor } {
  const [, height = 1, width = 1] = golden.tensor("frames").dims;
  const size = config.imageSize;
  const flat = points.flatMap(([x = 0, y = 0]) => [(x * size) / width, (y * size) / height]);
  return {
    points: new Tensor("float32", Float32Array.from([...flat, 0, 0]), [1, points.length + 1, 2]),
    labels: new Tensor("int32", Int32Array.from([...labels, -1]), [1, labels.length + 1]),
  };
}
