import { describe, expect, it } from "vitest";
import type { VideoInput } from "../frames/frame-source.js";
import { Sam2VideoProcessor } from "./sam2-video-processor.js";
import { Sam2VideoVideoProcessor } from "./sam2-video-video-processor.js";

// Expected numbers: transformers 5.23.0, Sam2VideoProcessor(Sam2ImageProcessor(size 16), Sam2VideoVideoProcessor(**SETTINGS)),
// init_video_session(video=v).get_frame(i), with v = (np.arange(10*6*8*3)*7919%251).astype(np.uint8).reshape(10,6,8,3).
const SETTINGS = {
  size: { height: 16, width: 16 },
  image_mean: [0.1, 0.2, 0.3],
  resample: 3,
};
const FIRST = [-0.43668, 0.04281, 1.75529, 2.08066, 0.89905, 1.36142];
const MEANS = [
  1.312927, 1.244137, 1.32329, 1.253699, 1.273407, 1.324184, 1.223712, 1.333797, 1.263647, 1.283288,
];
const FLOAT_FIRST = [-0.76813, 0.04091, 1.75511, 2.08402, 0.90712, 1.3577];
const IMAGE_FIRST = [-2.1179, -1.41579, -0.02868, 0.29669, -0.4568, -0.13143];

const data = Uint8Array.from({ length: 10 * 6 * 8 * 3 }, (_, i) => (i * 7919) % 251);
const array = { dims: [10, 6, 8, 3], data };
const list = Array.from({ length: 10 }, (_, i) => ({
  data: data.slice(144 * i, 144 * (i + 1)),
  width: 8,
  height: 6,
  channels: 3 as const,
}));
const channelsFirst = {
  dims: [10, 3, 6, 8],
  data: Uint8Array.from(data, (_, i) => {
    const [frame, channel, pixel] = [Math.floor(i / 144), Math.floor(i / 48) % 3, i % 48];
    return data[frame * 144 + pixel * 3 + channel]!;
  }),
};

function processorOf(video_processor: object): Sam2VideoProcessor {
  const image_processor = { size: { height: 16, width: 16 }, mask_size: { height: 4, width: 4 } };
  return Sam2VideoProcessor.fromJSON({ image_processor, video_processor });
}

async function framesOf(processor: Sam2VideoProcessor, video: VideoInput, options = {}) {
  const session = processor.initVideoSession({ video, ...options });
  const size = session.size;
  const frames: Float32Array[] = [];
  for (let i = 0; i < session.frameCount!; i++) {
    frames.push((await session.getFrame(i)).data as Float32Array);
  }
  return { size, first: [...frames[0]!.subarray(0, 6)], means: frames.map(mean) };
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4) as number);

describe("frames of a video are prepared by its own settings, as by the reference", () => {
  it.each([
    ["a list", list, MEANS],
    ["an array, channels last", array, MEANS],
    ["a tensor, channels first", { type: "uint8", ...channelsFirst } as const, MEANS],
    ["a picture's pixels", list[0]!, MEANS.slice(0, 1)],
    ["a picture as an array", { dims: [6, 8, 3], data: data.slice(0, 144) }, MEANS.slice(0, 1)],
  ])("%s", async (_, video, means) => {
    const { size, ...frames } = await framesOf(processorOf(SETTINGS), video);
    expect(frames).toEqual({ first: near(FIRST), means: near(means) });
    expect(size).toEqual([6, 8]); // before any frame was read
  });

  it("float numbers, which are pictures also where they look like prepared pixels", async () => {
    const video = {
      type: "float32",
      dims: channelsFirst.dims,
      data: Float32Array.from(channelsFirst.data),
    } as const;
    const { first, size } = await framesOf(processorOf(SETTINGS), video);
    expect([first, size]).toEqual([near(FLOAT_FIRST), [6, 8]]);
  });

  it("and those of a stream by the image settings", async () => {
    const processor = processorOf(SETTINGS);
    const { pixelValues } = await processor.process({ images: list[0]! });
    expect([...pixelValues!.data.subarray(0, 6)]).toEqual(near(IMAGE_FIRST));
    const stream = processor.initVideoSession();
    expect(stream.state.frames.processor).toBe(processor.imageProcessor);
  });

  it("all at once", async () => {
    const processor = processorOf(SETTINGS).videoProcessor;
    const { pixelValuesVideos, originalSizes } = await processor.preprocess(array);
    expect(pixelValuesVideos.dims).toEqual([1, 10, 3, 16, 16]);
    expect([...pixelValuesVideos.data.subarray(0, 6)]).toEqual(near(FIRST));
    expect(originalSizes).toEqual([[6, 8]]);
  });
});

describe("some frames are taken", () => {
  const taken = [0, 2, 5, 7].map((frame) => MEANS[frame]!);

  it("as the settings say, or the session, as by the reference", async () => {
    const sampled = processorOf({ ...SETTINGS, do_sample_frames: true, num_frames: 4 });
    expect((await framesOf(sampled, array)).means).toEqual(near(taken));
    expect((await framesOf(processorOf({ ...SETTINGS, num_frames: 4 }), array)).means).toHaveLength(10);
    expect((await framesOf(processorOf(SETTINGS), list, { numFrames: 4 })).means).toEqual(near(taken));
    const video = { length: 10, frameRate: 30, get: (index: number) => list[index] };
    expect((await framesOf(processorOf(SETTINGS), video, { fps: 12 })).means).toEqual(near(taken));
    expect((await framesOf(processorOf(SETTINGS), video, { fps: 0.1 })).means).toEqual(
      near(taken.slice(0, 1)),
    );
  });

  it("and what cannot be is refused", () => {
    const begin = (options: object) => () =>
      processorOf(SETTINGS).initVideoSession({ video: list, ...options });
    expect(begin({ numFrames: 11 })).toThrow("numFrames: expected 1 to 10 frames");
    expect(begin({ numFrames: 2, fps: 3 })).toThrow("expected one of them");
    expect(begin({ fps: 3 })).toThrow("expected a frameRate");
    expect(begin({ video: { get: () => undefined }, numFrames: 2 })).toThrow("expected a length");
    expect(begin({ video: "clip.mp4" })).toThrow('got "clip.mp4"; put the path of a picture in a list');
    expect(() => processorOf({ num_frames: 1.5 })).toThrow("video_processor.num_frames: expected a whole");
    expect(() => processorOf({ image_std: 0 })).toThrow("video_processor.image_std: expected");
  });
});

describe("settings for videos", () => {
  // What Sam2VideoVideoProcessor(**SETTINGS, do_sample_frames=True, num_frames=4) wrote.
  const written = {
    ...{ do_convert_rgb: true, do_normalize: true, do_rescale: true, do_resize: true },
    ...{
      do_sample_frames: true,
      image_mean: [0.1, 0.2, 0.3],
      image_std: [0.229, 0.224, 0.225],
      num_frames: 4,
    },
    ...{ resample: 3, rescale_factor: 0.00392156862745098, return_metadata: false },
    ...{ size: { height: 16, width: 16 }, video_processor_type: "Sam2VideoVideoProcessor" },
  };

  it("are written as by the reference, and read back", async () => {
    const images = { size: 16, imageMean: [0.1, 0.2, 0.3], resample: "bicubic" } as const;
    const made = new Sam2VideoVideoProcessor(images, { doSampleFrames: true, numFrames: 4 });
    expect(made.toJSON()).toEqual(written);
    const [file] = await new Sam2VideoProcessor({ size: 16 }, made).savePretrained();
    const again = await Sam2VideoProcessor.fromPretrained([file!]);
    expect(again.videoProcessor.toJSON()).toEqual(written);
    expect(again.imageProcessor.settings.imageMean).toEqual([0.485, 0.456, 0.406]);
    expect(again.toJSON().processor_class).toBe("Sam2VideoProcessor");
  });

  it("come from processor_config.json, then from their own file, then from that of images", async () => {
    const meanOf = async (files: Record<string, object>) => {
      const encoder = new TextEncoder();
      const entries = Object.entries(files).map(([name, json]) => [
        name,
        encoder.encode(JSON.stringify(json)),
      ]);
      const processor = await Sam2VideoProcessor.fromPretrained({
        name: "m",
        files: Object.fromEntries(entries),
      });
      return processor.videoProcessor.imageProcessor.settings.imageMean;
    };
    const preprocessor = { "preprocessor_config.json": { image_mean: 0.5 } };
    const own = { "video_preprocessor_config.json": { image_mean: 0.6 } };
    const whole = { "processor_config.json": { video_processor: { image_mean: 0.7 } } };
    expect(await meanOf(preprocessor)).toBe(0.5);
    expect(await meanOf({ ...preprocessor, ...own })).toBe(0.6);
    expect(await meanOf({ ...preprocessor, ...own, ...whole })).toBe(0.7);
    expect(await meanOf({ "processor_config.json": { image_processor: { image_mean: 0.8 } } })).toBe(0.8);
  });
});
