/** A long stream with several objects in one process; its memory and the size of the session saved, now and then. Needs --expose-gc. */
import { createNodeRuntime } from "@sam2js/runtime-node";
import { AutoVideoModel, Sam2VideoProcessor } from "@sam2js/video";
import { childOptions, reply } from "../run-child.mjs";
import { timed } from "../statistics.mjs";

const {
  model: folder,
  threads,
  count,
  objects,
  every,
  saveEvery,
  bytesPerObject,
  keepMasks,
} = childOptions();
const [HEIGHT, WIDTH] = [96, 128];
const runtime = createNodeRuntime({ threads });
const model = await AutoVideoModel.fromPretrained(folder, { runtime });
const processor = await Sam2VideoProcessor.fromPretrained(folder, { runtime });
const session = processor.initVideoSession({ keepMasks });

/** Bright discs that go round on noise. */
function* frames() {
  for (let frame = 0; ; frame++) {
    const data = new Uint8Array(3 * HEIGHT * WIDTH);
    for (let i = 0; i < data.length; i++) data[i] = (i * 7919 + frame * 104_729) % 61;
    for (let object = 0; object < objects; object++) {
      const [cx, cy] = place(object, frame);
      for (let y = Math.max(0, cy - 9); y < Math.min(HEIGHT, cy + 10); y++) {
        for (let x = Math.max(0, cx - 9); x < Math.min(WIDTH, cx + 10); x++) {
          if ((x - cx) ** 2 + (y - cy) ** 2 <= 81)
            data.fill(150 + 30 * object, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3);
        }
      }
    }
    yield { data, width: WIDTH, height: HEIGHT, channels: 3 };
  }
}

function place(object, frame) {
  const angle = frame / 40 + (2 * Math.PI * object) / objects;
  return [Math.round(WIDTH / 2 + 40 * Math.cos(angle)), Math.round(HEIGHT / 2 + 30 * Math.sin(angle))];
}

for (let object = 0; object < objects; object++) {
  processor.addInputsToInferenceSession(session, {
    frameIndex: 0,
    objectIds: object,
    inputPoints: [[[place(object, 0)]]],
    inputLabels: [[[1]]],
  });
}
const samples = [];
const sample = (done) => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage(); // external contains the array buffers
  samples.push({ frames: done, rssBytes: rss, heapBytes: heapUsed + external });
};
const saves = [];
const save = async (done) => {
  const exact = await session.serialize();
  const small = await session.serialize({ maxBytes: bytesPerObject * objects }).catch(() => undefined);
  saves.push({ frames: done, exactBytes: exact.length, smallBytes: small?.length });
};
let area = 0;
const [seconds] = await timed(async () => {
  for await (const output of model.track(session, frames())) {
    const done = output.frameIndex + 1;
    for (const mask of output.toMasks()) area += mask.area;
    if (done === 1 || done % every === 0) sample(done);
    if (done % saveEvery === 0) await save(done);
    if (done === count) break;
  }
});
await session.dispose();
await runtime.dispose();
reply({ seconds, samples, saves, meanArea: area / count / objects });
