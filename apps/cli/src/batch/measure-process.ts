import { once } from "node:events";
import { type ConsoleIo, SILENT } from "../io/console-io.js";
import { testPicture } from "../model/measure-model.js";
import { withModel } from "../model/with-model.js";
import type { MeasureNews, MeasureOptions } from "./measure-messages.js";

/** One of the processes that work at the same time while a machine is measured: encodes a made-up picture and clicks on it, again and again. */
const { model: options, measureMs }: MeasureOptions = JSON.parse(process.argv[2] ?? "{}");
process.on("disconnect", () => process.exit(1));
const tell = (news: MeasureNews): void => void process.send?.(news);
const io: ConsoleIo = { ...SILENT, signal: new AbortController().signal };

await withModel(options, io, async ({ model, processor }) => {
  const side = model.config.imageSize;
  const { pixelValues, ...prompts } = await processor.process({
    images: testPicture(side),
    inputPoints: [[[[side / 2, side / 2]]]],
    inputLabels: [[[1]]],
  });
  const work = async () => {
    const imageEmbeddings = await model.getImageEmbeddings(pixelValues);
    await model.forward({ ...prompts, imageEmbeddings });
    await imageEmbeddings.dispose();
  };
  await work();
  tell({ kind: "ready", memoryBytes: process.memoryUsage.rss() });
  await once(process, "message");
  const began = performance.now();
  let [count, elapsedMs] = [0, 0];
  do {
    await work();
    count += 1;
    elapsedMs = performance.now() - began;
  } while (elapsedMs < measureMs);
  tell({ kind: "rate", perSecond: (1000 * count) / elapsedMs });
});
process.disconnect();
