/** Values that are right for the parameters of public functions: by the type's name, or by the parameter's. */
export async function goodValues(load) {
  const { Tensor } = await load("@sam2js/core");
  const { Mask } = await load("@sam2js/masks");
  const { default: nano } = await load("@sam2js/nano");
  const { createNodeRuntime } = await load("@sam2js/runtime-node");
  const { openModel, loadCheckpoint } = await load("@sam2js/checkpoint");
  const { sam2Weights } = await load("@sam2js/graph");
  const { Sam2Model, pipeline } = await load("@sam2js/pipeline");
  const { Sam2Processor } = await load("@sam2js/processor");
  const { Sam2VideoModel, Sam2VideoProcessor } = await load("@sam2js/video");
  const { Sam2Client } = await load("@sam2js/client");

  const runtime = createNodeRuntime();
  const silent = { runtime, onWarning() {} };
  const model = await Sam2Model.fromPretrained(nano, silent);
  const processor = await Sam2Processor.fromPretrained(nano, { runtime });
  const generator = await pipeline("mask-generation", nano, { runtime });
  const video = await Sam2VideoModel.fromPretrained(nano, silent);
  const videoProcessor = await Sam2VideoProcessor.fromPretrained(nano, { runtime });
  const files = await openModel(nano, { store: runtime.store });
  const checkpoint = await loadCheckpoint(files);
  const weights = await checkpoint.weights(sam2Weights(model.config), { ignore: () => true });

  const mask = new Mask({ size: [2, 2], counts: [1, 2, 1] });
  const tensor = new Tensor("float32", new Float32Array(4), [2, 2]);
  const image = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
  const bytes = new Uint8Array(4);
  const { pixelValues } = await processor.process({ images: image, size: model.config.imageSize });
  const embeddings = await model.getImageEmbeddings(pixelValues);
  const session = () => {
    const made = videoProcessor.initVideoSession({ video: [image] });
    const prompt = { frameIndex: 0, objectIds: 1, inputBoxes: [[[0, 0, 2, 2]]] };
    videoProcessor.addInputsToInferenceSession(made, prompt);
    return made;
  };
  const output = await video.forward(session(), { frameIndex: 0 });
  const plan = {
    version: 1,
    task: "generate",
    settings: {},
    formats: [],
    categories: [],
    manifest: "m",
    entries: 0,
    shards: [],
  };
  const store = {
    where: "store",
    has: async () => false,
    async *read() {},
    write: async () => undefined,
    writeNew: async () => true,
    delete: async () => undefined,
  };
  const fetch = async () => {
    throw new TypeError("there is no network");
  };
  const client = new Sam2Client({ baseUrl: "http://127.0.0.1", fetch });
  const parts = { model, processor };

  return {
    byType: {
      ...{ Mask: mask, MaskLike: mask, Rle: mask, Tensor: tensor, TensorLike: tensor, Uint8Array: bytes },
      ...{ Float32Array: new Float32Array(4), Blob: new Blob(["x"]), PixelImage: image, RgbImage: image },
      ...{ ImageSource: image, Images: image, ImageInput: image, MaskPixels: image, PngSource: image },
      ...{ ModelReference: nano, ModelFiles: files, ModelFile: await files.file("config.json") },
      ...{ FromPretrainedOptions: silent, Runtime: runtime, WeightTable: weights, EncoderParts: parts },
      ...{ ImageModelConfig: model.config, Sam2Config: model.config, VideoModelConfig: video.config },
      ...{ VisionConfig: model.config.visionConfig, SegmentationModel: model, Sam2Processor: processor },
      ...{ Sam2VideoInferenceSession: session(), ImageEmbeddings: embeddings, BatchPlan: plan },
      ...{ BatchStore: store, EmbeddingStore: store },
    },
    byParameter: {
      ...{ size: [2, 2], originalSize: [2, 2], originalSizes: [[2, 2]], from: [2, 2], to: [2, 2] },
      ...{ config: model.config, weights, model, processor, parts, pixelValues, classes: ["a"] },
      ...{ url: "redis://127.0.0.1", baseUrl: "http://127.0.0.1" },
    },
    instances: {
      ...{ Mask: mask, Sam2Processor: processor, Sam2ImageProcessor: processor.imageProcessor },
      ...{ Sam2Model: model, MaskGenerator: generator, ImageEmbeddings: embeddings },
      ...{ Sam2VideoModel: video, Sam2VideoProcessor: videoProcessor, Sam2VideoSegmentationOutput: output },
      ...{ Sam2VideoInferenceSession: session(), Sam2Client: client, BatchClient: client.batch("id") },
    },
    close: () => runtime.dispose(),
  };
}
