/** What the test page does when tests ask it to. It runs in the browser, on the built package. */
import { type Dtype, type Runtime, Sam2Error, type TensorLike } from "@sam2js/core";
import { casesFor } from "@sam2js/core/testing";
import { AutoModelForMaskGeneration, ImageEmbeddings, type SegmentationModel } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { leastIou, relativeError } from "@sam2js/reference/closeness";
import { createWebRuntime, deleteKeptModel, listKeptModels } from "@sam2js/runtime-web";
import { fetchTensor } from "./fetch-tensor.js";
import type { Closeness, ParityCase } from "./parity-case.js";
import type { ModelAt, PlainOptions } from "./plain-options.js";
import { playVideo } from "./play-video.js";

interface Bench {
  readonly runtime: Runtime;
  readonly model: SegmentationModel;
  readonly processor: Sam2Processor;
  readonly warnings: string[];
}

let bench: Bench | undefined;
let kept: ImageEmbeddings | undefined;

const current = (): Bench => {
  if (!bench) throw new TypeError("open() was not called");
  return bench;
};

const lab = {
  /** Runs one case of the conformance suite. Gives the message of its failure. */
  async conform(name: string, options: PlainOptions): Promise<string | undefined> {
    const found = casesFor(["engine", "images"]).find((each) => each.name === name);
    try {
      await found?.run({ createRuntime: async () => createWebRuntime({ ...options, logLevel: "fatal" }) });
      return found ? undefined : `no case ${name}`;
    } catch (error) {
      return String(error);
    }
  },

  /** Makes a runtime and loads a model into it. Gives what the runtime can do. */
  async open(model: ModelAt | Iterable<File>, options: PlainOptions, dtype: Dtype = "fp32") {
    await lab.close();
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const runtime = createWebRuntime({ ...options, onWarning, logLevel: "error" });
    try {
      bench = {
        runtime,
        model: await AutoModelForMaskGeneration.fromPretrained(model, { runtime, onWarning, dtype }),
        processor: await Sam2Processor.fromPretrained(model, { runtime }),
        warnings,
      };
    } catch (error) {
      await runtime.dispose();
      return { ...described(error), warnings };
    }
    return { ...(await runtime.capabilities()), warnings };
  },

  /** Puts a folder picker on the page. */
  addPicker(): void {
    const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true });
    document.body.append(input);
  },

  /** As `open`, with the folder that was picked. */
  openPicked: (options: PlainOptions) => lab.open(document.querySelector("input")?.files ?? [], options),

  async close(): Promise<void> {
    await kept?.dispose();
    kept = undefined;
    await bench?.runtime.dispose();
    bench = undefined;
  },

  /** How far `forward` is from goldens. */
  async parity(cases: readonly ParityCase[]): Promise<Closeness[]> {
    const results: Closeness[] = [];
    for (const { name, inputs, options, expected, embeddings } of cases) {
      const tensors = await Promise.all(
        Object.entries(inputs).map(async ([key, at]) => [key, await fetchTensor(at)] as const),
      );
      const outputs = await current().model.forward({
        ...Object.fromEntries(tensors),
        ...options,
      } as Parameters<SegmentationModel["forward"]>[0]);
      const pairs: [string, TensorLike | undefined, TensorLike][] = [];
      for (const [key, at] of Object.entries(expected)) {
        pairs.push([key, outputs[key as keyof typeof expected], await fetchTensor(at)]);
      }
      const levels = await outputs.imageEmbeddings.toTensors();
      for (const [i, at] of embeddings.entries())
        pairs.push([`imageEmbeddings ${i}`, levels[i], await fetchTensor(at)]);
      await outputs.imageEmbeddings.dispose();
      const worst = pairs
        .map(([output, actual, wanted]) => ({ output, value: relativeError(actual, wanted) }))
        .reduce((a, b) => (b.value > a.value ? b : a));
      const iou = leastIou(outputs.predMasks, await fetchTensor(expected.predMasks));
      const level = Math.max(
        0,
        ...pairs.slice(-embeddings.length || pairs.length).map(([, a, b]) => relativeError(a, b)),
      );
      results.push({ name, worst: worst.value, worstOutput: worst.output, level, iou });
    }
    return results;
  },

  /** Encodes a synthetic picture and keeps its embeddings for clicks. */
  async encode(): Promise<void> {
    await kept?.dispose();
    const { model } = current();
    kept = await model.getImageEmbeddings(await pixels());
  },

  /** Takes embeddings that another machine made. */
  async receive(path: string): Promise<void> {
    await kept?.dispose();
    const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
    kept = ImageEmbeddings.deserialize(bytes, current().model);
  },

  /** One click on the kept embeddings at a place of the model's input. Milliseconds, best score, and the best mask's area. */
  async click(x: number, y: number) {
    const { model, processor } = current();
    const begin = performance.now();
    const prompts = {
      inputPoints: { type: "float32", dims: [1, 1, 1, 2], data: Float32Array.of(x, y) },
      inputLabels: { type: "int32", dims: [1, 1, 1], data: Int32Array.of(1) },
    } as const;
    const outputs = await model.forward({
      imageEmbeddings: kept,
      ...prompts,
      multimaskOutput: true,
    } as Parameters<SegmentationModel["forward"]>[0]);
    const elapsedMs = performance.now() - begin;
    const scores = [...outputs.iouScores.data];
    const [masks] = await processor.postProcessMasks(outputs.predMasks, [[256, 256]]);
    return {
      elapsedMs,
      scores,
      masks: Array.from((masks as TensorLike).data as Uint8Array).filter(Boolean).length,
    };
  },

  /** Encodes again and again, freeing each. */
  async encodeMany(times: number): Promise<void> {
    const { model } = current();
    const input = await pixels();
    for (let i = 0; i < times; i++) await (await model.getImageEmbeddings(input)).dispose();
  },

  /** Runs something and gives the error that came of it as plain data. */
  async failureOf(
    what: "click" | "encode",
  ): Promise<{ name: string; code: string; message: string } | undefined> {
    try {
      await (what === "click" ? lab.click(128, 128) : lab.encode());
      return undefined;
    } catch (error) {
      return described(error);
    }
  },

  /** Flips a bit in the largest file that the store keeps. */
  async damageStore(): Promise<string> {
    const { handle, path, size } = (await largestFile(await navigator.storage.getDirectory(), "")) as Found;
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[size >> 1]! ^= 1;
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    return path;
  },

  kept: (store: "opfs" | "cache") => listKeptModels({ store }),
  forget: (repo: string, store: "opfs" | "cache") => deleteKeptModel(repo, { store }),

  playVideo,

  warnings: (): readonly string[] => current().warnings,
};

function described(error: unknown): { name: string; code: string; message: string } {
  const { name, message } = error as Error;
  return { name, message, code: Sam2Error.isInstance(error) ? error.code : "" };
}

interface Found {
  readonly handle: FileSystemFileHandle;
  readonly path: string;
  readonly size: number;
}

async function largestFile(folder: FileSystemDirectoryHandle, path: string): Promise<Found | undefined> {
  let largest: Found | undefined;
  for await (const [name, handle] of folder.entries()) {
    const place = `${path}/${name}`;
    const found =
      handle.kind === "directory"
        ? await largestFile(handle as FileSystemDirectoryHandle, place)
        : {
            handle: handle as FileSystemFileHandle,
            path: place,
            size: (await (handle as FileSystemFileHandle).getFile()).size,
          };
    if (found && found.size > (largest?.size ?? -1)) largest = found;
  }
  return largest;
}

/** A picture with a bright disc, as the model takes it. */
async function pixels() {
  const side = 256; // the processor brings it to the model's size
  const data = new Uint8ClampedArray(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const inside = Math.hypot((i % side) - 128, Math.floor(i / side) - 128) < 60;
    data.set(inside ? [230, 60, 40] : [40, 90, 140], 3 * i);
  }
  const { pixelValues } = await current().processor.process({
    images: [{ data, width: side, height: side, channels: 3 }],
  });
  return pixelValues;
}

export type Lab = typeof lab;
(globalThis as unknown as { lab: Lab }).lab = lab;
