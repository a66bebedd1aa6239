import { defineConfig } from "./define-config.js";
import { bool, float, int, ints, record, refuse, type SizePair, text, type Values } from "./field.js";
import type { JsonObject } from "./json.js";
import { CONFIG_LIMITS } from "./limits.js";
import { convolved } from "./stage-sizes.js";

const { depth, extent, width } = CONFIG_LIMITS;

/** What timm's names stand for. */
interface Architecture {
  readonly embed_dim: readonly number[];
  readonly depth: readonly number[];
  /** Whether the mixer's second branch has a batch norm of its own, instead of one behind both. */
  readonly legacy: boolean;
}

/** @see `repvit.py` of timm 1.0 */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  repvit_m1: { embed_dim: [48, 96, 192, 384], depth: [2, 2, 14, 2], legacy: true },
  repvit_m2: { embed_dim: [64, 128, 256, 512], depth: [2, 2, 12, 2], legacy: true },
  repvit_m3: { embed_dim: [64, 128, 256, 512], depth: [4, 4, 18, 2], legacy: true },
  repvit_m0_9: { embed_dim: [48, 96, 192, 384], depth: [2, 2, 14, 2], legacy: false },
  repvit_m1_0: { embed_dim: [56, 112, 224, 448], depth: [2, 2, 14, 2], legacy: false },
  repvit_m1_1: { embed_dim: [64, 128, 256, 512], depth: [2, 2, 12, 2], legacy: false },
  repvit_m1_5: { embed_dim: [64, 128, 256, 512], depth: [4, 4, 24, 4], legacy: false },
  repvit_m2_3: { embed_dim: [80, 160, 320, 640], depth: [6, 6, 34, 2], legacy: false },
};
const DEFAULT = "repvit_m1";
/** Arguments of timm that change nothing in what EdgeTAM computes. */
const WITHOUT_EFFECT = ["img_size", "global_pool", "distillation", "drop_rate", "pretrained", "num_classes"];

/** Arguments of timm that do. Those that the architecture decides are there only where the file has them. */
export interface RepVitArguments extends JsonObject {
  readonly in_chans: number;
  readonly features_only: boolean;
  readonly out_indices: readonly number[];
}

const stages = { min: 1, max: CONFIG_LIMITS.listLength };
const readers = {
  in_chans: int(3, { min: 1, max: width }),
  features_only: bool(true),
  out_indices: ints([0, 1, 2, 3], { max: 3 }),
  embed_dim: ints([], { min: 2, max: width }, stages),
  depth: ints([], { max: depth }, stages),
  kernel_size: int(3, { min: 1, max: extent }),
  legacy: bool(false),
};

function readArguments(value: JsonObject, path: string): RepVitArguments {
  const read: Record<string, unknown> = { in_chans: 3, features_only: true, out_indices: [0, 1, 2, 3] };
  for (const [key, argument] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (key === "mlp_ratio") read[key] = readRatios(argument, at);
    else if (Object.hasOwn(readers, key)) read[key] = readers[key as keyof typeof readers].read(argument, at);
    else if (WITHOUT_EFFECT.includes(key)) read[key] = argument;
    else {
      const known = [...Object.keys(readers), "mlp_ratio"].join(", ");
      refuse(at, `one of ${known}`, argument, "sam2js runs no other change of the architecture");
    }
  }
  return read as RepVitArguments;
}

function readRatios(value: unknown, path: string): number | readonly number[] {
  return Array.isArray(value)
    ? ints([], { min: 1 }, stages).read(value, path)
    : int(2, { min: 1 }).read(value, path);
}

const fields = {
  /** timm's name of the network: one of its RepViT family. Files without it mean `repvit_m1`, which all published EdgeTAM checkpoints have. */
  architecture: text(DEFAULT),
  /** Arguments of timm's constructor, by its names. */
  modelArgs: record<RepVitArguments>(
    { in_chans: 3, features_only: true, out_indices: [0, 1, 2, 3] },
    readArguments,
    [],
  ),
  /** For training only. */
  initializerRange: float(0.02),
};

type TimmValues = Values<typeof fields>;

function architectureOf({ architecture }: TimmValues): Architecture | undefined {
  const [name = ""] = architecture.split("."); // what follows names a set of weights
  return Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
}

/** Rules between the settings, each as timm or the reference fails without it. */
function check(values: TimmValues, at: (key: string) => string): void {
  const known = architectureOf(values);
  if (!known) {
    const expected = `one of ${Object.keys(ARCHITECTURES).join(", ")}`;
    refuse(at("architecture"), expected, values.architecture, "sam2js runs timm's RepViT family only");
  }
  const { modelArgs } = values;
  const argument = (key: string) => at(`model_args.${key}`);
  const { embedDims, depths, mlpRatios, kernelSize } = geometryOf(values);
  if (!modelArgs.features_only) {
    refuse(argument("features_only"), "true", false, "the neck takes the features of every stage");
  }
  if (String(modelArgs.out_indices) !== "0,1,2,3") {
    refuse(argument("out_indices"), "[0, 1, 2, 3]", modelArgs.out_indices, "the neck takes all four stages");
  }
  if (embedDims.length !== 4 || embedDims.some((count) => count % 2 !== 0)) {
    refuse(
      argument("embed_dim"),
      "four even numbers",
      embedDims,
      "the stem has half of the first stage's channels",
    );
  }
  for (const [key, list] of Object.entries({ depth: depths, mlp_ratio: mlpRatios })) {
    if (list.length < 4) refuse(argument(key), "an entry for each of four stages", list, "give four");
  }
  if (kernelSize % 2 === 0) {
    refuse(argument("kernel_size"), "an odd number", kernelSize, "its blocks keep the size");
  }
}

/** The network's numbers: the architecture's, where the arguments do not change them. */
export interface RepVitGeometry {
  /** Channels per stage. */
  readonly embedDims: readonly number[];
  /** Blocks per stage, without the one that downsamples. */
  readonly depths: readonly number[];
  /** Width of the hidden layers over the channels, per stage. */
  readonly mlpRatios: readonly number[];
  /** Side of the depthwise kernels. */
  readonly kernelSize: number;
  /** Whether the mixer's second branch has a batch norm of its own, instead of one behind both. */
  readonly isLegacy: boolean;
}

function geometryOf(values: TimmValues): RepVitGeometry {
  const { embed_dim, depth: blocks, legacy } = architectureOf(values) as Architecture;
  const given = { embed_dim, depth: blocks, legacy, mlp_ratio: 2, kernel_size: 3, ...values.modelArgs };
  const { mlp_ratio: ratio } = given;
  return {
    embedDims: given.embed_dim,
    depths: given.depth,
    mlpRatios: typeof ratio === "number" ? given.embed_dim.map(() => ratio) : ratio,
    kernelSize: given.kernel_size,
    isLegacy: given.legacy,
  };
}

/**
 * EdgeTAM's backbone: timm's RepViT, four stages of convolutions at strides 4, 8, 16 and 32.
 *
 * The reference wraps any network of timm; this class takes the RepViT family, which EdgeTAM is made of.
 *
 * @see RepViT, arXiv:2307.09283; `configuration_timm_wrapper.py` of transformers 5.23.0
 */
export class RepVitConfig extends defineConfig({
  fields,
  modelTypes: ["timm_wrapper"],
  partOf: {
    edgetam: ["vision_config", "backbone_config"],
    edgetam_video: ["vision_config", "backbone_config"],
    edgetam_vision_model: ["backbone_config"],
  },
  check,
}) {
  /** Channels, blocks and kernels. */
  get geometry(): RepVitGeometry {
    return geometryOf(this);
  }

  /** Channels of every stage. */
  get stageChannels(): readonly number[] {
    return this.geometry.embedDims;
  }

  /** Colours of the image. */
  get numChannels(): number {
    return this.modelArgs.in_chans;
  }

  /**
   * [height, width] of every stage's output: the stem halves the image twice, each later stage once, always rounded up.
   *
   * @param size  [height, width] of the image in pixels
   */
  sizesOf([height, width]: SizePair): readonly SizePair[] {
    const halve = (side: number, kernel: number) => convolved(side, kernel, 2, (kernel - 1) / 2);
    const { kernelSize } = this.geometry;
    const walk = (side: number) => {
      const sides = [halve(halve(side, 3), 3)];
      for (let stage = 1; stage < 4; stage++) sides.push(halve(sides[stage - 1] as number, kernelSize));
      return sides;
    };
    const columns = walk(width);
    return walk(height).map((rows, stage): SizePair => [rows, columns[stage] as number]);
  }
}
