import type { ModelStore, SavedFile } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { Sam2ImageProcessor, Sam2Processor } from "./index.js";

// What Sam2Processor(Sam2ImageProcessor(...), ...).save_pretrained wrote in transformers 5.23.0, key by key in its order.
const PUBLISHED = {
  image_processor: {
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.485, 0.456, 0.406],
    image_processor_type: "Sam2ImageProcessor",
    image_std: [0.229, 0.224, 0.225],
    mask_size: { height: 256, width: 256 },
    resample: 2,
    rescale_factor: 0.00392156862745098,
    size: { height: 1024, width: 1024 },
  },
  point_pad_value: -10,
  processor_class: "Sam2Processor",
  target_size: 1024,
};
const CHANGED = {
  image_processor: {
    crop_size: { height: 8, width: 8 },
    default_to_square: false,
    do_center_crop: true,
    do_convert_rgb: true,
    do_normalize: true,
    do_pad: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.1, 0.2, 0.3],
    image_processor_type: "Sam2ImageProcessor",
    image_std: [0.229, 0.224, 0.225],
    mask_size: { height: 16, width: 16 },
    pad_size: { height: 96, width: 64 },
    resample: 0,
    rescale_factor: 0.5,
    size: { height: 64, width: 64 },
  },
  point_pad_value: -10,
  processor_class: "Sam2Processor",
  target_size: 96,
};
const changed = () =>
  new Sam2Processor(
    new Sam2ImageProcessor({
      ...{ size: [64, 64], maskSize: [16, 16], doPad: true, padSize: [96, 64], resample: 0 },
      ...{ doCenterCrop: true, cropSize: 8, defaultToSquare: false },
      ...{ imageMean: [0.1, 0.2, 0.3], rescaleFactor: 0.5 },
    }),
    { targetSize: 96 },
  );
const asWritten = (json: unknown) => `${JSON.stringify(json, null, 2)}\n`;

describe("savePretrained", () => {
  it.each([
    ["published", () => new Sam2Processor(), PUBLISHED],
    ["changed", changed, CHANGED],
  ])("writes what the reference writes, byte for byte: %s settings", async (_, make, json) => {
    const [file] = await make().savePretrained();
    expect(file?.name).toBe("processor_config.json");
    expect(await file?.text()).toBe(asWritten(json));
    const [images] = await make().imageProcessor.savePretrained();
    expect(images?.name).toBe("preprocessor_config.json");
    expect(await images?.text()).toBe(asWritten(json.image_processor));
  });

  it("is read back to equal settings, with keys that it does not know", async () => {
    const video_processor = { z: 1, a: [{ y: null, x: 2 }] };
    const processor = Sam2Processor.fromJSON({ ...CHANGED, video_processor });
    const again = await Sam2Processor.fromPretrained(await processor.savePretrained());
    expect(again.imageProcessor.settings).toEqual(changed().imageProcessor.settings);
    expect(again.toJSON()).toEqual({ ...CHANGED, video_processor });
    const images = await Sam2ImageProcessor.fromPretrained(await processor.imageProcessor.savePretrained());
    expect(images.settings).toEqual(processor.imageProcessor.settings);
  });

  it("writes into a folder by the runtime's store or another, and says so where there is none", async () => {
    const written: [string | URL, readonly SavedFile[]][] = [];
    const store = { saveFolder: async (...args: [string, SavedFile[]]) => void written.push(args) };
    const runtime = { store: store as unknown as ModelStore, decodeImage: () => Promise.reject() };
    expect(await new Sam2ImageProcessor({ runtime }).savePretrained("a")).toEqual([]);
    const processor = new Sam2Processor();
    await processor.savePretrained("b", { store: runtime.store });
    expect(written.map(([folder, [file]]) => [folder, file?.name])).toEqual([
      ["a", "preprocessor_config.json"],
      ["b", "processor_config.json"],
    ]);
    await expect(processor.savePretrained("c")).rejects.toThrow("expected a runtime or store");
  });
});
