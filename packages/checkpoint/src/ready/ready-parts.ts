import { UnsupportedError, type WeightTable } from "@sam2js/core";
import type { Checkpoint } from "../checkpoint.js";
import type { ReadyModel } from "./ready-model.js";

/** What stands for the weights of ready-made graphs, which hold their own: whoever needs a tensor is told so. */
export function noWeights(name: string, { fingerprint }: ReadyModel): WeightTable {
  return {
    fingerprint,
    identity: fingerprint,
    files: [],
    names: [],
    has: () => false,
    get: () => refuseReady(name),
    read: async () => refuseReady(name),
  };
}

/** What stands for the checkpoint of ready-made graphs. @param config  of `config.json`, or what is known of it */
export function noCheckpoint(name: string, { fingerprint }: ReadyModel, config: unknown): Checkpoint {
  return {
    name,
    config,
    assumed: [],
    tensors: new Map(),
    metadata: new Map(),
    weights: async () => refuseReady(name),
    fingerprint: async () => fingerprint,
  };
}

/** @param what  that ready-made graphs have not @throws {UnsupportedError} always */
export function refuseReady(name: string, what = "the tensors of a checkpoint"): never {
  throw UnsupportedError.expected(
    name,
    what,
    "ready-made ONNX files of an image encoder and a mask decoder",
    "give the checkpoint (config.json and model.safetensors, or a .pt file)",
  );
}
