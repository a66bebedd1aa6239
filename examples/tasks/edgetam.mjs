// EdgeTAM, called as SAM 2 is. Its weights are random here, so the masks are noise: name a checkpoint in SAM2JS_EDGETAM ("yonigozlan/EdgeTAM-hf").
import { EdgeTamConfig } from "@sam2js/core";
import { EdgeTamModel } from "@sam2js/pipeline";
import { Sam2ImageProcessor, Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { picture } from "./setup.mjs";
import { show } from "./show.mjs";

const source = process.env.SAM2JS_EDGETAM;
const runtime = createNodeRuntime();
const config = EdgeTamConfig.defaults().withImageSize(256);
const size = { height: 256, width: 256 };
const [model, processor] = source
  ? [
      await EdgeTamModel.fromPretrained(source, { runtime }),
      await Sam2Processor.fromPretrained(source, { runtime }),
    ]
  : [
      await EdgeTamModel.fromConfig(config, { runtime, seed: 1 }),
      new Sam2Processor(new Sam2ImageProcessor({ runtime, size })),
    ];

const inputs = await processor.process({
  images: picture("truck.jpg"),
  inputPoints: [[[[500, 375]]]],
  inputLabels: [[[1]]],
});
const outputs = await model.forward(inputs);
const masks = await processor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("EdgeTAM", masks, outputs.iouScores);
await runtime.dispose();
