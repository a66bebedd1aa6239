// Split mode: this server encodes a photo, the tab decodes it at every click. Start with `node split.mjs photo.jpg`.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { createServer } from "vite";

const photo = process.argv[2] ?? "images/truck.jpg";
const runtime = createNodeRuntime();
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });

const { pixelValues } = await processor.process({ images: [photo] });
const embeddings = await model.getImageEmbeddings(pixelValues);
const bytes = await embeddings.serialize();
await runtime.dispose();

const answers = new Map([
  ["/photo", await readFile(photo)],
  ["/embeddings", bytes],
]);
const server = await createServer({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [
    {
      name: "split-mode",
      configureServer: ({ middlewares }) =>
        void middlewares.use((request, response, next) => {
          const body = answers.get(request.url);
          if (body) response.end(body);
          else next();
        }),
    },
  ],
});
await server.listen();
console.log(`${photo}: ${bytes.length} bytes of embeddings. Open ${server.resolvedUrls.local[0]}`);
