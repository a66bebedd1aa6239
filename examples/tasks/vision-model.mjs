// The vision encoder alone, and its backbone: features of an image, finest level first.
import { Sam2HieraDetModel, Sam2VisionModel } from "@sam2js/pipeline";
import { picture, setUp, source } from "./setup.mjs";

const { runtime, processor } = await setUp();
const { pixelValues } = await processor.process({ images: picture("truck.jpg") });

const vision = await Sam2VisionModel.fromPretrained(source, { runtime });
const { lastHiddenState, fpnHiddenStates } = await vision.forward({ pixelValues });
console.log("last hidden state", lastHiddenState.dims);
for (const level of fpnHiddenStates) console.log("  level of the pyramid", level.dims);

const backbone = await Sam2HieraDetModel.fromPretrained(source, { runtime });
const { intermediateHiddenStates } = await backbone.forward({ pixelValues });
for (const stage of intermediateHiddenStates) console.log("  stage of the backbone", stage.dims);
await runtime.dispose();
