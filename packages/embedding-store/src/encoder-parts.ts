import { checkMembers } from "@sam2js/core";
import type { SegmentationModel } from "@sam2js/pipeline";
import type { Sam2Processor } from "@sam2js/processor";

/** A model and the processor of the same checkpoint and image size. */
export interface EncoderParts {
  /** Encodes; its fingerprint is part of each id. */
  readonly model: SegmentationModel;
  /** Brings pictures to the size of the model. */
  readonly processor: Sam2Processor;
}

/** @throws {InputError} not a model and a processor */
export function checkEncoderParts(parts: unknown): void {
  checkMembers(parts, "parts", "{ model, processor }", "model", "processor");
}
