/** Reads a video file in a process of its own: what a damaged file makes a demuxer or a codec do, it does to this process alone. */
import "@napi-rs/webcodecs/polyfill";
import { Worker } from "node:worker_threads";
import { FrameReader, openVideo, sampleToRgb, stretch, turn } from "@sam2js/media";
import { serve } from "@sam2js/runtime-ort/worker";
import { FilePathSource } from "mediabunny";

/** @typedef {import("@sam2js/core").RgbImage} RgbImage */

/** @type {FrameReader<RgbImage> | undefined} */
let reader;
/** @type {import("@sam2js/media").VideoFile | undefined} */
let opened;

/**
 * @param {import("@sam2js/media").VideoFile} video
 * @param {() => void} onProgress
 * @returns {import("@sam2js/media").FrameRun<RgbImage>}
 */
function framesOf(video, onProgress) {
  return {
    name: video.name,
    width: video.width,
    height: video.height,
    async *frames(from) {
      for await (const { index, sample } of video.frames(from)) {
        onProgress();
        try {
          yield { index, pixels: () => upright(sample, video) };
        } finally {
          sample.close();
        }
      }
    },
    dispose: () => video.dispose(),
  };
}

/**
 * @param {import("mediabunny").VideoSample} sample
 * @param {import("@sam2js/media").VideoFile} video
 * @returns {Promise<RgbImage>}
 */
async function upright(sample, video) {
  const { rotation, flip } = video.upright;
  const image = turn(await sampleToRgb(sample), rotation, flip);
  const [codedHeight, codedWidth] = video.codedSize;
  const isStretched = codedHeight !== video.height || codedWidth !== video.width;
  if (!isStretched || image.height !== codedHeight || image.width !== codedWidth) return image;
  return stretch(image, video.width, video.height);
}

/** @type {() => void} */
let alive = () => undefined;

/** 16 frames of 8K in 10 bits, the most that a codec may refer to, are 1.6 GB. A damaged file may take a gigabyte a second. */
const MAX_BYTES = 2 ** 31;

// A program that was killed leaves nobody who could end this process, which may be in a loop without end.
const guard = `
  const parent = process.ppid;
  const isLost = () => process.ppid !== parent || process.memoryUsage.rss() > ${MAX_BYTES};
  setInterval(() => isLost() && process.kill(process.pid, "SIGKILL"), 50);`;
new Worker(guard, { eval: true }).unref();
process.on("disconnect", () => process.exit());

/** @type {import("@sam2js/runtime-ort").Port} */
const port = {
  postMessage: (message) => void process.send?.(message),
  addEventListener: (_, listener) => void process.on("message", (data) => listener({ data })),
};

serve(port, {
  /** @type {(path: string, context: import("@sam2js/runtime-ort").CallContext) => Promise<unknown>} */
  async open(path, { signal, emit }) {
    alive = () => emit("alive");
    const video = await openVideo(new FilePathSource(path), path, { signal, onProgress: alive });
    opened = video;
    reader = new FrameReader(
      framesOf(video, () => alive()),
      { keepsBehind: false },
    );
    const { width, height, times, duration } = video;
    return { width, height, times, duration };
  },
  /** @type {(index: number, context: import("@sam2js/runtime-ort").CallContext) => Promise<RgbImage | undefined>} */
  async get(index, { signal, emit }) {
    alive = () => emit("alive");
    return reader?.get(index, signal);
  },
  /** @type {(part: { from: number, to: number, codecs: readonly string[] }, context: import("@sam2js/runtime-ort").CallContext) => Promise<unknown>} */
  async sound({ from, to, codecs }, { signal, emit }) {
    const sound = await opened?.sound();
    if (!sound) return undefined;
    const { codec, config } = sound;
    const packets = [];
    if (codec && codecs.includes(codec)) {
      for await (const { data, timestamp, duration } of sound.packets(from, to)) {
        signal.throwIfAborted();
        emit("alive");
        // A copy: the bytes may be a view of much more.
        packets.push({ data: data.slice(), timestamp, duration });
      }
    }
    return { codec, config, packets };
  },
  close: () => reader?.dispose(),
});
