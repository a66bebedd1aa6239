import { Tensor, type TensorLike } from "@sam2js/core";
import {
  leastIou,
  relativeError,
  type VideoScenario,
  type VideoStepResult,
  videoGoldenDirs,
  videoScenario,
} from "@sam2js/reference";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resizeMask } from "../__tests__/resize-mask.js";
import { promptTensors, VideoModel } from "../__tests__/video-model.js";
import { maskEmbeddingGraph } from "./mask-embedding-graph.js";
import { memoryAttentionGraph } from "./memory-attention-graph.js";
import { memoryEncoderGraph } from "./memory-encoder-graph.js";
import { trackPreludeGraph } from "./track-prelude-graph.js";
import { type VideoDecoderOptions, videoDecoderGraph } from "./video-decoder-graph.js";

/** Of the range of the reference's values. */
const TOLERANCE = 1e-4;
/** A memory is bfloat16: where rounding turns, it is off by one step, at most 2⁻⁷ of itself. */
const BFLOAT16_STEP = 2 ** -7;
/** What is left of near-zero elements, in which terms cancel. */
const CANCELLATION = 5e-5;

/** Every frame starts from the reference's own memories and pointers, so that errors do not add up. */
describe.each(videoGoldenDirs())("the video graphs of %s", (dir) => {
  let model: VideoModel;
  let click: VideoScenario;
  beforeAll(async () => {
    model = await VideoModel.load(dir);
    click = videoScenario(model.golden, "click_six");
  });
  afterAll(() => model.dispose());

  describe.each(["fused", "plain"] as const)("with %s attention", (attention) => {
    it.each([1, 2, 3, 4, 5])("conditions frame %i on memories and pointers", async (frame) => {
      const { conditioned } = await track(click, frame, attention);
      expect(relativeError(conditioned, tracked(click, frame).conditioned as TensorLike)).toBeLessThan(
        TOLERANCE,
      );
    });

    it.each([1, 5])("finds the object again on frame %i", async (frame) => {
      const { conditioned, prelude } = await track(click, frame, attention);
      const found = await decode(
        frame,
        { attention },
        { conditioned, ...promptTensors(model, [[0, 0]], [-1]) },
      );
      expectResult(found, tracked(click, frame), 0);
      const memory = await remember(found, prelude, 0);
      expectMemory(memory, tracked(click, frame), 0);
    });

    it("finds a clicked object, without a memory", async () => {
      const { found, prelude } = await start(click, 0, { attention, multimask: true });
      expectResult(found, tracked(click, 0), 0);
      expectMemory(await remember(found, prelude, 1), tracked(click, 0), 0);
    });

    it("gives one mask for a clear prompt", async () => {
      const scenario = videoScenario(model.golden, "two_objects");
      for (const index of [0, 1]) {
        const { found, prelude } = await start(scenario, index, { attention, multimask: false });
        expectResult(found, tracked(scenario, 0), index);
        expectMemory(await remember(found, prelude, 1), tracked(scenario, 0), index);
      }
    });

    it("makes a pointer from a mask prompt", async () => {
      const { image_embed: imageEmbed } = await model.encode(0);
      const mask = resizeMask(model.golden.tensor("mask/circle"), model.config.imageSize);
      const { dense } = await model.run(maskEmbeddingGraph(model.config, model.weights, { source: "mask" }), {
        mask,
      });
      const prompt = promptTensors(model, [[0, 0]], [-1]);
      const options = { attention, features: "embed", dense: true } as const;
      const found = await decode(0, options, { image_embed: imageEmbed!, dense: dense!, ...prompt });
      const expected = tracked(videoScenario(model.golden, "mask"), 0);
      expect(relativeError(found.pointer, expected.pointers)).toBeLessThan(TOLERANCE);
    });
  });

  it("looks at memories alone where there are no pointers", async () => {
    const inputs = { ...(await memoryInputs(click, 3)), ...emptyPointers() };
    const [fused, plain] = await Promise.all([attend(inputs, "fused"), attend(inputs, "plain")]);
    expect(relativeError(fused, plain)).toBeLessThan(TOLERANCE);
    expect(relativeError(fused, await attend(await memoryInputs(click, 3), "fused"))).toBeGreaterThan(0.01);
  });

  it("does not mind the order of memories and pointers", async () => {
    const inputs = await memoryInputs(click, 4);
    const turned = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, name === "track_x" ? tensor : reversed(tensor)]),
    );
    expect(relativeError(await attend(turned, "fused"), await attend(inputs, "fused"))).toBeLessThan(
      TOLERANCE,
    );
  });

  it("decodes and remembers several objects in one run as one by one", async () => {
    const runs = [await track(click, 2, "fused"), await track(click, 5, "fused")];
    const prompt = promptTensors(model, [[0, 0]], [-1]);
    const one = await Promise.all(
      runs.map(({ conditioned }) => decode(2, { attention: "fused" }, { conditioned, ...prompt })),
    );
    const both = await decode(
      2,
      { attention: "fused" },
      {
        conditioned: joined(runs.map(({ conditioned }) => conditioned)),
        points: joined([prompt.points, prompt.points]),
        labels: joined([prompt.labels, prompt.labels]),
      },
    );
    for (const name of ["mask", "iou", "score", "pointer"]) {
      expect(relativeError(both[name], joined(one.map((result) => result[name]!))), name).toBeLessThan(
        TOLERANCE,
      );
    }
    const { prelude } = runs[0]!;
    const memories = await Promise.all(one.map((result) => remember(result, prelude, 0)));
    expectClose(await remember(both, prelude, 0), joined(memories));
  });

  it("shares an image between prompts", async () => {
    const { image_embed: imageEmbed } = await model.encode(0);
    const prompts = [promptTensors(model, [[30, 34]], [1]), promptTensors(model, [[60, 50]], [1])];
    const options = { attention: "fused", features: "initial" } as const;
    const one = await Promise.all(
      prompts.map((prompt) => decode(0, options, { image_embed: imageEmbed!, ...prompt })),
    );
    const both = await decode(0, options, {
      image_embed: imageEmbed!,
      points: joined(prompts.map(({ points }) => points)),
      labels: joined(prompts.map(({ labels }) => labels)),
    });
    expect(relativeError(both.mask, joined(one.map(({ mask }) => mask!)))).toBeLessThan(TOLERANCE);
  });

  it("takes earlier logits as a mask prompt", async () => {
    const logits = tracked(click, 1).masks;
    const asMask = { ...logits, dims: [1, 1, ...logits.dims.slice(1)] };
    const { dense } = await model.run(maskEmbeddingGraph(model.config, model.weights, { source: "logits" }), {
      logits: asMask,
    });
    const { conditioned } = await track(click, 1, "fused");
    const prompt = promptTensors(model, [[30, 34]], [1]);
    const found = await decode(
      1,
      { attention: "fused", dense: true },
      { conditioned, dense: dense!, ...prompt },
    );
    expect(found.mask?.dims).toEqual(logits.dims);
  });

  /** The memories and pointers of the reference before a frame of a scenario that was prompted on frame 0. */
  async function memoryInputs(
    scenario: VideoScenario,
    frame: number,
    index = 0,
  ): Promise<Record<string, TensorLike>> {
    const { numMaskmem, maxObjectPointersInEncoder } = model.config;
    const { track_x: trackX } = await prelude(frame);
    const all = Array.from({ length: frame }, (_, u) => tracked(scenario, u));
    const remembered = all.filter((result) => result.frame === 0 || frame - result.frame < numMaskmem);
    const slots = remembered.map(({ frame: u }) => (u === 0 ? numMaskmem : frame - u) - 1);
    const pointers = Math.min(scenario.frames, maxObjectPointersInEncoder);
    const pointed = all.filter((result) => result.frame === 0 || frame - result.frame < pointers);
    return {
      track_x: trackX!,
      memory: joined(remembered.map(({ memories }) => item(memories as TensorLike, index))),
      memory_slot: new Tensor("int32", Int32Array.from(slots), [slots.length]),
      pointers: joined(pointed.map((result) => item(result.pointers, index))),
      pointer_time: new Tensor(
        "float32",
        Float32Array.from(pointed, (result) => (frame - result.frame) / (pointers - 1)),
        [pointed.length],
      ),
    };
  }

  async function prelude(frame: number, attention: "fused" | "plain" = "fused") {
    const { image_embed: imageEmbed } = await model.encode(frame);
    return model.run(trackPreludeGraph(model.config, model.weights, { attention }), {
      image_embed: imageEmbed!,
    });
  }

  async function attend(inputs: Readonly<Record<string, TensorLike>>, attention: "fused" | "plain") {
    const graph = memoryAttentionGraph(model.config, model.weights, { attention });
    return (await model.run(graph, inputs)).conditioned as Tensor;
  }

  async function track(scenario: VideoScenario, frame: number, attention: "fused" | "plain") {
    const start = await prelude(frame, attention);
    const inputs = { ...(await memoryInputs(scenario, frame)), track_x: start.track_x! };
    return { prelude: start, conditioned: await attend(inputs, attention) };
  }

  /** Decodes one object of the scenario's first prompt on frame 0. */
  async function start(scenario: VideoScenario, index: number, options: VideoDecoderOptions) {
    const add = scenario.steps[0]!;
    if (add.op !== "add" || !add.points || !add.labels)
      throw new RangeError(`${scenario.name} starts without points`);
    const { image_embed: imageEmbed } = await model.encode(0);
    const prompt = promptTensors(model, add.points[index]!, add.labels[index]!);
    const found = await decode(
      0,
      { ...options, features: "initial" },
      { image_embed: imageEmbed!, ...prompt },
    );
    return { found, prelude: await prelude(0) };
  }

  async function decode(
    frame: number,
    options: VideoDecoderOptions,
    inputs: Readonly<Record<string, TensorLike>>,
  ) {
    const { high_res_1, high_res_0 } = await model.encode(frame);
    const graph = videoDecoderGraph(model.config, model.weights, options);
    return model.run(graph, { ...inputs, high_res_1: high_res_1!, high_res_0: high_res_0! });
  }

  async function remember(
    found: Record<string, Tensor>,
    { mem_feat }: Record<string, Tensor>,
    clicked: number,
  ) {
    const { mask, score } = found as { mask: Tensor; score: Tensor };
    const [count = 1, ...size] = mask.dims;
    const graph = memoryEncoderGraph(model.config, model.weights, { attention: "plain", source: "logits" });
    const result = await model.run(graph, {
      mem_feat: mem_feat!,
      logits: { ...mask, data: mask.data, dims: [count, 1, ...size] },
      clicked: new Tensor("float32", new Float32Array(count).fill(clicked), [count, 1, 1, 1]),
      score,
    });
    return result.memory as Tensor;
  }

  function emptyPointers() {
    const channels = model.config.memoryAttentionHiddenSize;
    return {
      pointers: new Tensor("float32", new Float32Array(0), [0, channels]),
      pointer_time: new Tensor("float32", new Float32Array(0), [0]),
    };
  }
});

/** The reference's last word on a frame. */
function tracked(scenario: VideoScenario, frame: number): VideoStepResult {
  const result = scenario.results.findLast((entry) => entry.frame === frame);
  if (!result) throw new RangeError(`${scenario.name} has no frame ${frame}`);
  return result;
}

function expectResult(
  found: Record<string, Tensor>,
  { masks, scores, pointers }: VideoStepResult,
  index: number,
) {
  const mask = item(masks, index);
  expect(relativeError(found.mask, mask)).toBeLessThan(TOLERANCE);
  expect(leastIou(found.mask as Tensor, mask)).toBeGreaterThan(0.999);
  expect(Math.abs((found.score?.data[0] as number) - (scores.data[index] as number))).toBeLessThan(1e-3);
  expect(relativeError(found.pointer, item(pointers, index))).toBeLessThan(TOLERANCE);
}

function expectMemory(memory: Tensor, { memories }: VideoStepResult, index: number) {
  expectClose(memory, item(memories as TensorLike, index));
}

/** Equal but for elements that were rounded the other way; memories of EdgeTAM are not rounded. */
function expectClose(memory: Tensor, expected: TensorLike) {
  expect(memory.dims).toEqual(expected.dims);
  const isRounded = new Uint32Array(Float32Array.from(expected.data).buffer).every(
    (bits) => bits % 2 ** 16 === 0,
  );
  if (!isRounded) return expect(relativeError(memory, expected)).toBeLessThan(TOLERANCE);
  const different = Array.from(memory.data, (value, i) => Math.abs(value - (expected.data[i] as number)));
  expect(different.filter((error) => error > 0).length / different.length).toBeLessThan(0.02);
  for (const [i, error] of different.entries()) {
    expect(error).toBeLessThanOrEqual(BFLOAT16_STEP * Math.abs(expected.data[i] as number) + CANCELLATION);
  }
}

/** One entry of the first axis, with that axis kept. */
function item({ type, data, dims }: TensorLike, index: number): Tensor {
  const size = data.length / (dims[0] as number);
  return new Tensor(type, data.slice(index * size, (index + 1) * size), [1, ...dims.slice(1)]) as Tensor;
}

function joined(tensors: readonly TensorLike[]): Tensor {
  const [first] = tensors as readonly [TensorLike];
  const values = tensors.flatMap(({ data }) => [...data]);
  const data = first.type === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  const count = tensors.reduce((sum, { dims }) => sum + (dims[0] as number), 0);
  return new Tensor(first.type as "float32", data as Float32Array, [count, ...first.dims.slice(1)]) as Tensor;
}

function reversed(tensor: TensorLike): Tensor {
  const count = tensor.dims[0] as number;
  return joined(Array.from({ length: count }, (_, i) => item(tensor, count - 1 - i)));
}
