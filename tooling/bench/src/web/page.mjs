/** What the page does when a command asks it to. It runs in the browser, on the built packages. */
import { AutoModelForMaskGeneration } from "@sam2js/pipeline";
import { createWebRuntime } from "@sam2js/runtime-web";
import { AutoVideoModel, Sam2VideoProcessor } from "@sam2js/video";
import { fillMemory } from "../children/fill-memory.mjs";

let runtime;
let from;
let model;
let pixelValues;
let embeddings;

const timed = async (work) => {
  const begin = performance.now();
  const result = await work();
  return [performance.now() - begin, result];
};

globalThis.bench = {
  async open(source, { device, threads, dtype }) {
    from = source;
    runtime = createWebRuntime({ device, threads, store: "memory" });
    const [loadMs, made] = await timed(() =>
      AutoModelForMaskGeneration.fromPretrained(source, { runtime, dtype }),
    );
    model = made;
    const { imageSize: side } = model.config;
    pixelValues = {
      type: "float32",
      dims: [1, 3, side, side],
      data: Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 700)),
    };
    const { engine, threads: used, device: chosen } = await runtime.capabilities();
    return { loadMs, engine, threads: used, device: chosen, imageSize: side };
  },

  /** Milliseconds of an encode; the embeddings stay for clicks. */
  async encode() {
    await embeddings?.dispose();
    const [elapsedMs, made] = await timed(() => model.getImageEmbeddings(pixelValues));
    embeddings = made;
    return elapsedMs;
  },

  /** Milliseconds of a click, from the call to masks and scores in the page's memory. */
  async click(x, y) {
    const prompts = {
      inputPoints: { type: "float32", dims: [1, 1, 1, 2], data: Float32Array.of(x, y) },
      inputLabels: { type: "int32", dims: [1, 1, 1], data: Int32Array.of(1) },
    };
    const [elapsedMs] = await timed(() =>
      model.forward({ imageEmbeddings: embeddings, ...prompts, multimaskOutput: true }),
    );
    return elapsedMs;
  },

  /** Encodes and clicks; milliseconds of each, and the longest time that the page stood still. */
  async measure(encodes, clicks) {
    let longestTaskMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
    });
    const result = { encodeMs: [], firstClickMs: 0, clickMs: [] };
    await this.encode();
    observer.observe({ type: "longtask" });
    for (let i = 0; i < encodes; i++) result.encodeMs.push(await this.encode());
    result.firstClickMs = await this.click(100, 90);
    for (let i = 0; i < clicks; i++) result.clickMs.push(await this.click(100 + i, 120));
    observer.disconnect();
    return { ...result, longestTaskMs };
  },

  /** Milliseconds of each of some tracked frames of a video model, with one object and full memory. */
  async track(frames) {
    const video = await AutoVideoModel.fromPretrained(from, { runtime });
    const processor = await Sam2VideoProcessor.fromPretrained(from, { runtime });
    const { imageSize: size, maxObjectPointersInEncoder: reach } = video.config;
    const frame = { ...pixelValues, dims: [3, size, size] };
    const session = processor.initVideoSession({
      video: { length: reach + frames, size: [size, size], get: async () => frame },
    });
    processor.addInputsToInferenceSession(session, {
      frameIndex: 0,
      objectIds: 1,
      inputPoints: [[[[size / 3, size / 2]]]],
      inputLabels: [[[1]]],
    });
    await video.forward(session, { frameIndex: 0 });
    fillMemory(session, reach);
    const all = [];
    for (let frameIndex = reach; frameIndex < reach + frames; frameIndex++) {
      all.push((await timed(() => video.forward(session, { frameIndex })))[0]);
    }
    await session.dispose();
    await video.dispose();
    return all;
  },

  /** Encodes and clicks again and again, as a user who looks at one picture after the other. */
  async encodeMany(times) {
    for (let i = 0; i < times; i++) {
      await this.encode();
      await this.click(100, 120);
    }
  },

  /** Bytes of this page and its workers as the browser counts them after collecting garbage, by kind. */
  async memory() {
    const { bytes, breakdown } = await performance.measureUserAgentSpecificMemory();
    const byKind = {};
    for (const { bytes: size, types } of breakdown) {
      const kind = types.join("+") || "other";
      byKind[kind] = (byKind[kind] ?? 0) + size;
    }
    return { bytes, byKind };
  },
};
