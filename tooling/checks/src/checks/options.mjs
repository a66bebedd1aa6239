import { pathToFileURL } from "node:url";
import { entries, exportsOf, INTERNAL, membersOf, nameOf } from "../declarations.mjs";

/** Functions that take inputs by other names than options, or hand them on to one that is walked; the reason stands behind each. */
const EXEMPT = new Map([
  ["pickOpenOptions", "takes the options that it knows out of others"],
  ["countFlops", "for benchmarks"],
  ["countVideoFlops", "for benchmarks"],
  ["ImageEmbeddings.assertMadeBy", "takes a model"],
  ["SegmentAnythingElement.toCanvas", "needs a browser"],
  ["SegmentAnythingElement.toBlob", "needs a browser"],
  ["imageJsonOptions", "takes the options that it knows out of others"],
  ["readProcessorFiles", "takes the options that it knows out of others"],
]);

/** An option that no function has; some functions get it beside what they need. */
const UNKNOWN = { not_an_option: 1 };

/**
 * Calls every public function that takes options with one that nobody knows: it must be refused by name. A function that is missing in the
 * table of calls is a complaint too, so that a new one cannot be forgotten.
 */
export async function optionsCheck() {
  const { calls, close } = await callTable();
  const complaints = [];
  let passed = 0;
  try {
    for (const name of takersOfOptions()) {
      if (EXEMPT.has(name)) continue;
      const call = calls[name];
      if (!call) {
        complaints.push(`${name}: takes options, and tooling/checks/src/checks/options.mjs does not call it`);
        continue;
      }
      const problem = await problemOf(call);
      if (problem) complaints.push(`${name}: ${problem}`);
      else passed += 1;
    }
  } finally {
    await close();
  }
  return { passed, failed: complaints.length, output: complaints.join("\n") };
}

async function problemOf(call) {
  try {
    const result = await call();
    if (typeof result?.next === "function") await result.next();
  } catch (error) {
    if (String(error?.message).includes("not_an_option")) return undefined;
    return `fails with something else: ${error?.message}`;
  }
  return "takes an option that it does not know";
}

/** Exported functions, constructors and methods with a parameter of options, as `name` or `Class.method`. */
function takersOfOptions() {
  const found = new Set();
  for (const { specifier, file } of entries().filter((entry) => !INTERNAL.includes(entry.specifier))) {
    if (specifier.endsWith("/testing")) continue;
    for (const [name, { node }] of exportsOf(file)) {
      if (/Function$/.test(node.type) && takesOptions(node)) found.add(name);
      if (node.type !== "ClassDeclaration") continue;
      for (const member of membersOf({ node })) {
        if (member.accessibility !== "private" && takesOptions(member))
          found.add(`${name}.${nameOf(member)}`);
      }
    }
  }
  return found;
}

function takesOptions({ params, parameters }) {
  return (params ?? parameters ?? []).some((each) =>
    typeNames((each.left ?? each).typeAnnotation?.typeAnnotation).some((name) =>
      /(Options|Inputs)$/.test(name),
    ),
  );
}

function typeNames(type) {
  if (!type) return [];
  if (type.type === "TSTypeReference") {
    const inside = (type.typeArguments ?? type.typeParameters)?.params ?? [];
    return [type.typeName.name, ...inside.flatMap(typeNames)];
  }
  return (type.types ?? []).flatMap(typeNames);
}

/** How each function is called with an option that it does not know, everything else being right. */
async function callTable() {
  const load = async (specifier) => {
    const { file } = entries().find((entry) => entry.specifier === specifier);
    return import(pathToFileURL(file.replace(/\.d\.(m?)ts$/, ".$1js")).href);
  };
  const masks = await load("@sam2js/masks");
  const media = await load("@sam2js/media");
  const checkpoint = await load("@sam2js/checkpoint");
  const processors = await load("@sam2js/processor");
  const pipelines = await load("@sam2js/pipeline");
  const videos = await load("@sam2js/video");
  const node = await load("@sam2js/runtime-node");
  const batches = await load("@sam2js/batch");
  const queues = await load("@sam2js/batch/queue");
  const web = await load("@sam2js/runtime-web");
  const stores = await load("@sam2js/embedding-store");
  const servers = await load("@sam2js/server");
  const clients = await load("@sam2js/client");
  const client = new clients.Sam2Client({ baseUrl: "http://127.0.0.1" });
  const graphs = await load("@sam2js/graph");
  const { default: nano } = await load("@sam2js/nano");
  const { Tensor } = await load("@sam2js/core");

  const runtime = node.createNodeRuntime();
  const mask = new masks.Mask({ size: [2, 2], counts: [1, 2, 1] });
  const logits = new Tensor("float32", new Float32Array(4), [2, 2]);
  const image = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };
  const processor = new processors.Sam2Processor();
  const images = processor.imageProcessor;
  const model = await pipelines.Sam2Model.fromPretrained(nano, { runtime });
  const generator = await pipelines.pipeline("mask-generation", nano, { runtime });
  const silent = { runtime, onWarning() {} };
  const vision = await pipelines.Sam2VisionModel.fromPretrained(nano, silent);
  const hiera = await pipelines.Sam2HieraDetModel.fromPretrained(nano, silent);
  const video = await videos.Sam2VideoModel.fromPretrained(nano, silent);
  const videoProcessor = await videos.Sam2VideoProcessor.fromPretrained(nano, { runtime });
  const session = () => videoProcessor.initVideoSession({ video: [image] });
  const found = async () => {
    const target = session();
    videoProcessor.addInputsToInferenceSession(target, {
      frameIndex: 0,
      objectIds: 1,
      inputBoxes: [[[0, 0, 2, 2]]],
    });
    return video.forward(target, { frameIndex: 0 });
  };
  const output = new Tensor("float32", new Float32Array(4), [1, 1, 2, 2]);
  const { pixelValues: pixels } = await processor.process({ images: image, size: model.config.imageSize });
  const withRuntime = { runtime, ...UNKNOWN };
  const sizes = [[2, 2]];

  const graphCall = (name) => () => graphs[name](model.config, {}, UNKNOWN);
  const calls = {
    ...Object.fromEntries(Object.keys(graphs).map((name) => [name, graphCall(name)])),

    readMask: () => masks.readMask(new Uint8Array(), UNKNOWN),
    readMaskRegions: () => masks.readMaskRegions(new Uint8Array(), UNKNOWN),
    readDataSet: () => masks.readDataSet([], UNKNOWN),
    readLabels: () => masks.readLabels(new Uint8Array(), UNKNOWN),
    toPolygons: () => masks.toPolygons(mask, UNKNOWN),
    toSvg: () => masks.toSvg([mask], [2, 2], UNKNOWN),
    toSvgPath: () => masks.toSvgPath(mask, UNKNOWN),
    toYoloSegmentation: () => masks.toYoloSegmentation([mask], UNKNOWN),
    toYoloDataYaml: () => masks.toYoloDataYaml(["a"], UNKNOWN),
    toCocoAnnotation: () => masks.toCocoAnnotation(mask, { id: 1, imageId: 1, categoryId: 1 }, UNKNOWN),
    toCocoDataset: () => masks.toCocoDataset([], UNKNOWN),
    toVideoCoco: () => masks.toVideoCoco([], [2, 2], [], UNKNOWN),
    toLabelStudioResults: () => masks.toLabelStudioResults([mask], UNKNOWN),
    toGeoJson: () => masks.toGeoJson([], UNKNOWN),
    toGeoJsonFeature: () => masks.toGeoJsonFeature(mask, UNKNOWN),
    drawOverlay: () => masks.drawOverlay(image, [], UNKNOWN),
    toCutOut: () => masks.toCutOut(image, mask, UNKNOWN),
    cutOut: () => masks.cutOut(image, mask, UNKNOWN),
    toNpy: () => masks.toNpy(logits, UNKNOWN),
    generateCropBoxes: () => masks.generateCropBoxes([2, 2], UNKNOWN),
    filterMasks: () => masks.filterMasks(logits, logits, { originalSize: [2, 2], ...UNKNOWN }),
    cleanLogits: () => masks.cleanLogits(logits.data, 2, 2, UNKNOWN),
    "Mask.fromLogits": () => masks.Mask.fromLogits(logits, [2, 2], UNKNOWN),

    openVideo: () => media.openVideo({}, "video", UNKNOWN),
    untilStalled: () =>
      media.untilStalled(async () => undefined, { stalledMs: 1000, onStalled() {}, ...UNKNOWN }),
    "FrameReader.constructor": () => new media.FrameReader({ width: 1, height: 1 }, UNKNOWN),

    openModel: () => checkpoint.openModel(nano, UNKNOWN),
    loadCheckpoint: async () => checkpoint.loadCheckpoint(await checkpoint.openModel(nano), UNKNOWN),
    loadCheckpointOrReady: async () =>
      checkpoint.loadCheckpointOrReady(await checkpoint.openModel(nano), UNKNOWN),
    loadPretrained: () => checkpoint.loadPretrained(nano, withRuntime, { className: "Any" }),
    loadModel: () => checkpoint.loadModel(nano, withRuntime, { className: "Any" }),
    checkpointFiles: () => checkpoint.checkpointFiles({}, UNKNOWN),
    savePretrained: () => model.savePretrained(undefined, UNKNOWN),
    saveFiles: () => checkpoint.saveFiles("folder", [], { store: runtime.store, ...UNKNOWN }),

    "Sam2ImageProcessor.constructor": () => new processors.Sam2ImageProcessor(UNKNOWN),
    "Sam2ImageProcessor.fromJSON": () => processors.Sam2ImageProcessor.fromJSON({}, UNKNOWN),
    "Sam2ImageProcessor.fromPretrained": () =>
      processors.Sam2ImageProcessor.fromPretrained(nano, withRuntime),
    "Sam2ImageProcessor.generateCropBoxes": () => images.generateCropBoxes(image, UNKNOWN),
    "Sam2ImageProcessor.preprocess": () => images.preprocess(image, UNKNOWN),
    "Sam2ImageProcessor.postProcessMasks": () => images.postProcessMasks(output, sizes, UNKNOWN),
    "Sam2ImageProcessor.savePretrained": () => images.savePretrained(undefined, UNKNOWN),
    "Sam2Processor.savePretrained": () => processor.savePretrained(undefined, UNKNOWN),
    "Sam2Processor.constructor": () => new processors.Sam2Processor(images, UNKNOWN),
    "Sam2Processor.fromJSON": () => processors.Sam2Processor.fromJSON({}, UNKNOWN),
    "Sam2Processor.fromPretrained": () => processors.Sam2Processor.fromPretrained(nano, withRuntime),
    "Sam2Processor.process": () => processor.process({ images: image, ...UNKNOWN }),
    "Sam2Processor.postProcessMasks": () => processor.postProcessMasks(output, sizes, UNKNOWN),
    encodePrompts: () => processors.encodePrompts({ inputPoints: [[[[1, 1]]]], ...UNKNOWN }, sizes, {}),
    saveSettings: () => processors.saveSettings("file", {}, runtime, undefined, UNKNOWN),
    postProcessMasks: () => processors.postProcessMasks(output, sizes, UNKNOWN),

    "Sam2Model.fromPretrained": () => pipelines.Sam2Model.fromPretrained(nano, withRuntime),
    "Sam2Model.fromConfig": () => pipelines.Sam2Model.fromConfig(model.config, withRuntime),
    "EdgeTamModel.fromPretrained": () => pipelines.EdgeTamModel.fromPretrained(nano, withRuntime),
    "EdgeTamModel.fromConfig": () => pipelines.EdgeTamModel.fromConfig(model.config, withRuntime),
    "EdgeTamVisionModel.fromPretrained": () => pipelines.EdgeTamVisionModel.fromPretrained(nano, withRuntime),
    "SegmentationModel.savePretrained": () => model.savePretrained(undefined, UNKNOWN),
    "Sam2VisionModel.savePretrained": () => vision.savePretrained(undefined, UNKNOWN),
    "Sam2HieraDetModel.savePretrained": () => hiera.savePretrained(undefined, UNKNOWN),
    "VideoSegmentationModel.savePretrained": () => video.savePretrained(undefined, UNKNOWN),
    "SegmentationModel.forward": () => model.forward(UNKNOWN),
    "SegmentationModel.getImageEmbeddings": () => model.getImageEmbeddings(logits, UNKNOWN),
    "SegmentationModel.getImageFeatures": () => model.getImageFeatures(logits, UNKNOWN),
    "SegmentationModel.getPromptEmbeddings": () => model.getPromptEmbeddings(UNKNOWN),
    "Sam2VisionModel.fromPretrained": () => pipelines.Sam2VisionModel.fromPretrained(nano, withRuntime),
    "Sam2HieraDetModel.fromPretrained": () => pipelines.Sam2HieraDetModel.fromPretrained(nano, withRuntime),
    "Sam2VisionModel.forward": () => vision.forward(UNKNOWN),
    "Sam2HieraDetModel.forward": () => hiera.forward(UNKNOWN),
    segmentObjects: () => pipelines.segmentObjects({ model, processor }, {}, [2, 2], [], UNKNOWN),
    pipeline: () => pipelines.pipeline("mask-generation", nano, withRuntime),
    "MaskGenerator.generate": () => generator(image, UNKNOWN),
    "MaskGenerator.stream": () => generator.stream(image, UNKNOWN),

    "ImageEmbeddings.serialize": async () => (await model.getImageEmbeddings(pixels)).serialize(UNKNOWN),
    "EmbeddingFolder.open": () => stores.EmbeddingFolder.open("folder", UNKNOWN),
    storedEmbeddings: () => stores.storedEmbeddings({ model, processor }, new Uint8Array(), {}, UNKNOWN),
    "Sam2Client.constructor": () => new clients.Sam2Client({ baseUrl: "http://127.0.0.1", ...UNKNOWN }),
    "Sam2Client.isReady": () => client.isReady(UNKNOWN),
    "Sam2Client.models": () => client.models(UNKNOWN),
    "Sam2Client.encode": () => client.encode(new Uint8Array(), UNKNOWN),
    "Sam2Client.readEmbedding": () => client.readEmbedding("id", UNKNOWN),
    "Sam2Client.readDecoder": () => client.readDecoder("fingerprint", UNKNOWN),
    "Sam2Client.encodeToBytes": () => client.encodeToBytes(new Uint8Array(), UNKNOWN),
    "Sam2Client.forget": () => client.forget("id", UNKNOWN),
    "Sam2Client.segment": () => client.segment({ embedding: "id" }, { objects: [] }, UNKNOWN),
    "Sam2Client.generate": () => client.generate(new Uint8Array(), {}, UNKNOWN),
    "Sam2Client.generateStream": () => client.generateStream(new Uint8Array(), {}, UNKNOWN),
    "Sam2Client.openVideo": () => client.openVideo({ frames: [], ...UNKNOWN }),
    "VideoClient.propagate": () => new clients.VideoClient({ id: "id" }, {}).propagate(UNKNOWN),
    "VideoClient.save": () => new clients.VideoClient({ id: "id" }, {}).save(UNKNOWN),
    "Sam2Client.startBatch": () => client.startBatch({ task: "encode", entries: [] }, UNKNOWN),
    "BatchClient.state": () => client.batch("id").state(UNKNOWN),
    "BatchClient.events": () => client.batch("id").events(UNKNOWN),
    "BatchClient.file": () => client.batch("id").file("coco.json", UNKNOWN),
    "BatchClient.cancel": () => client.batch("id").cancel(UNKNOWN),
    createServer: () => servers.createServer(UNKNOWN),
    runCvatAgent: () => servers.runCvatAgent(UNKNOWN),

    createNodeRuntime: () => node.createNodeRuntime(UNKNOWN),
    runShard: () => batches.runShard(undefined, undefined, 0, undefined, UNKNOWN),
    startQueueWorker: () => queues.startQueueWorker("", UNKNOWN),
    watchBatch: () => queues.watchBatch("", undefined, undefined, UNKNOWN),
    mergeBatch: () => batches.mergeBatch(undefined, undefined, UNKNOWN),
    writeFileWhole: () => node.writeFileWhole("file", new Uint8Array(), UNKNOWN),
    createWebRuntime: () => web.createWebRuntime(UNKNOWN),
    deleteKeptModel: () => web.deleteKeptModel("owner/name", UNKNOWN),
    listKeptModels: () => web.listKeptModels(UNKNOWN),

    "EdgeTamVideoModel.fromPretrained": () => videos.EdgeTamVideoModel.fromPretrained(nano, withRuntime),
    "Sam2VideoModel.fromPretrained": () => videos.Sam2VideoModel.fromPretrained(nano, withRuntime),
    "VideoSegmentationModel.getImageEmbeddings": () => video.getImageEmbeddings(logits, UNKNOWN),
    "VideoSegmentationModel.getImageFeatures": () => video.getImageFeatures(logits, UNKNOWN),
    "VideoSegmentationModel.getPromptEmbeddings": () => video.getPromptEmbeddings(UNKNOWN),
    "VideoSegmentationModel.restoreSession": () => video.restoreSession(new Uint8Array(), UNKNOWN),
    "Sam2VideoInferenceSession.serialize": () => session().serialize(UNKNOWN),
    "VideoTracker.forward": () => video.forward(session(), UNKNOWN),
    "VideoTracker.propagateInVideoIterator": () => video.propagateInVideoIterator(session(), UNKNOWN),
    "VideoTracker.propagateBothWays": () => video.propagateBothWays(session(), UNKNOWN),
    "VideoTracker.track": () => video.track(session(), [], UNKNOWN),
    "Sam2VideoSegmentationOutput.toMasks": async () => (await found()).toMasks(UNKNOWN),
    "Sam2VideoVideoProcessor.constructor": () => new videos.Sam2VideoVideoProcessor({}, UNKNOWN),
    "Sam2VideoVideoProcessor.fromJSON": () => videos.Sam2VideoVideoProcessor.fromJSON({}, UNKNOWN),
    "Sam2VideoProcessor.constructor": () => new videos.Sam2VideoProcessor(UNKNOWN),
    "Sam2VideoProcessor.fromPretrained": () => videos.Sam2VideoProcessor.fromPretrained(nano, withRuntime),
    "Sam2VideoProcessor.fromJSON": () => videos.Sam2VideoProcessor.fromJSON({}, UNKNOWN),
    "Sam2VideoProcessor.savePretrained": () => videoProcessor.savePretrained(undefined, UNKNOWN),
    "Sam2VideoProcessor.initVideoSession": () => videoProcessor.initVideoSession(UNKNOWN),
    "Sam2VideoProcessor.addInputsToInferenceSession": () =>
      videoProcessor.addInputsToInferenceSession(session(), { frameIndex: 0, objectIds: 1, ...UNKNOWN }),
    "Sam2VideoProcessor.processNewPointsOrBoxesForVideoFrame": () =>
      videoProcessor.processNewPointsOrBoxesForVideoFrame(session(), {
        frameIndex: 0,
        objectIds: 1,
        ...UNKNOWN,
      }),
    "Sam2VideoProcessor.processNewMaskForVideoFrame": () =>
      videoProcessor.processNewMaskForVideoFrame(session(), { frameIndex: 0, objectIds: 1, ...UNKNOWN }),
    "Sam2VideoProcessor.process": () => videoProcessor.process({ images: image, ...UNKNOWN }),
    "Sam2VideoProcessor.postProcessMasks": () => videoProcessor.postProcessMasks([output], sizes, UNKNOWN),
  };
  for (const name of Object.keys(calls)) {
    if (name.startsWith("Sam2ImageProcessor.")) calls[name.replace(".", "Fast.")] = calls[name];
  }
  return { calls, close: () => runtime.dispose() };
}
