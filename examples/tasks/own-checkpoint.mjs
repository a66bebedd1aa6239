// Saves a model into a folder, and loads it from there: a fine-tune that Python saved is loaded in the same way.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sam2Model } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { picture, setUp } from "./setup.mjs";
import { show } from "./show.mjs";

const { runtime, model, processor } = await setUp();
const folder = await mkdtemp(join(tmpdir(), "my-model-"));
await model.savePretrained(folder);
await processor.savePretrained(folder);

const again = await Sam2Model.fromPretrained(folder, { runtime });
const itsProcessor = await Sam2Processor.fromPretrained(folder, { runtime });
const inputs = await itsProcessor.process({ images: picture("truck.jpg"), inputPoints: [[[[500, 375]]]] });
const outputs = await again.forward(inputs);
const masks = await itsProcessor.postProcessMasks(outputs.predMasks, inputs.originalSizes);
show("from a folder", masks, outputs.iouScores);
await rm(folder, { recursive: true });
await runtime.dispose();
