/** Mask generation on one huge image, of which the pixels are at hand: how much memory it takes above them. */
import { AutoModelForMaskGeneration, MaskGenerator } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { childOptions, peakRssBytes, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";

const { model: folder, image, threads, side, options } = childOptions();
const runtime = createNodeRuntime({ threads });
const { data, width, height } = await runtime.decodeImage(image);
const pixels = { data: new Uint8Array(side * side * 3), width: side, height: side, channels: 3 };
for (let y = 0; y < side; y++) {
  const row = Math.floor((y * height) / side) * width;
  for (let x = 0, to = y * side * 3; x < side; x++, to += 3) {
    const from = (row + Math.floor((x * width) / side)) * 3;
    pixels.data[to] = data[from];
    pixels.data[to + 1] = data[from + 1];
    pixels.data[to + 2] = data[from + 2];
  }
}
const model = await AutoModelForMaskGeneration.fromPretrained(folder, { runtime });
const processor = await Sam2Processor.fromPretrained(folder, { runtime });
const before = peakRssBytes();
const generator = new MaskGenerator({ model, processor });
const [seconds, { masks }] = await timed(() => generator.generate(pixels, options));
await runtime.dispose();
reply({
  seconds,
  masks: masks.length,
  pixelBytes: pixels.data.length,
  beforeBytes: before,
  peakRssBytes: peakRssBytes(),
});
