import type { ConsoleIo } from "../io/console-io.js";
import { type ModelCommandOptions, withModel } from "./with-model.js";

/** How a model ran on this machine. */
export interface ModelTimes {
  readonly device: string;
  readonly threads: number;
  readonly engine: string;
  readonly loadMs: number;
  /** Of the second image: the first also warms the engine up. */
  readonly encodeMs: number;
  /** Of the third click. */
  readonly clickMs: number;
  /** Largest resident memory of the process so far. */
  readonly peakBytes: number;
  /** Predicted IoU of the masks of the click, to compare devices by. */
  readonly scores: readonly number[];
}

/** A picture with something in it: a bright disc before a dark slope. */
export function testPicture(side: number) {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isInside = Math.hypot(x - side / 2, y - side / 2) < side / 4;
      data.set(
        isInside ? [235, 180, 60] : [40, 60 + (60 * y) / side, 90 + (60 * x) / side],
        3 * (y * side + x),
      );
    }
  }
  return { data, width: side, height: side, channels: 3 as const };
}

/** Loads a model, encodes a made-up picture and clicks on it. */
export async function measureModel(options: ModelCommandOptions, io: ConsoleIo): Promise<ModelTimes> {
  const began = performance.now();
  return withModel(options, io, async ({ model, processor }) => {
    const loadMs = since(began);
    const { device, threads, engine } = await model.runtime.capabilities();
    const side = model.config.imageSize;
    const { signal } = io;
    const { pixelValues, ...prompts } = await processor.process({
      images: testPicture(side),
      inputPoints: [[[[side / 2, side / 2]]]],
      inputLabels: [[[1]]],
    });
    await (await model.getImageEmbeddings(pixelValues, { signal })).dispose();
    const encoding = performance.now();
    const imageEmbeddings = await model.getImageEmbeddings(pixelValues, { signal });
    const encodeMs = since(encoding);
    let [clickMs, scores] = [0, [0]];
    for (let turn = 0; turn < 3; turn++) {
      const clicking = performance.now();
      const { iouScores } = await model.forward({ ...prompts, imageEmbeddings, signal });
      [clickMs, scores] = [since(clicking), [...iouScores.data]];
    }
    await imageEmbeddings.dispose();
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    return { device, threads, engine, loadMs, encodeMs, clickMs, peakBytes, scores };
  });
}

function since(start: number): number {
  return Math.round(10 * (performance.now() - start)) / 10;
}
