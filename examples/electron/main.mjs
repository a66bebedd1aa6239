// The engine runs on a thread of the main process, at the speed of Node; the window sends a photo and clicks, and gets outlines.
import { fileURLToPath } from "node:url";
import { toSvgPath } from "@sam2js/masks";
import nano from "@sam2js/nano"; // or "facebook/sam2.1-hiera-tiny", from the Hub
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { app, BrowserWindow, ipcMain } from "electron";

const place = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

const runtime = createNodeRuntime();
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });
/** @type {import("@sam2js/pipeline").ImageEmbeddings | undefined} */
let embeddings;
/** @type {readonly [number, number]} */
let size = [0, 0];

ipcMain.handle("open", async (_, /** @type {Uint8Array} */ file) => {
  const { pixelValues, originalSizes } = await processor.process({ images: [file] });
  await embeddings?.dispose();
  embeddings = await model.getImageEmbeddings(pixelValues); // once per photo
  size = originalSizes[0] ?? size;
});
ipcMain.handle("click", async (_, /** @type {[number, number]} */ point) => {
  if (!embeddings) return undefined;
  const object = { points: [point], labels: [1] };
  const [found] = await segmentObjects({ model, processor }, embeddings, size, [object]);
  return found && { path: toSvgPath(found.mask), score: found.mask.score };
});

await app.whenReady();
const window = new BrowserWindow({ webPreferences: { preload: place("preload.cjs") } });
await window.loadFile(place("index.html"));
app.on("window-all-closed", async () => {
  await runtime.dispose();
  app.quit();
});
