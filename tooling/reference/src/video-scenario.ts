import type { Golden } from "./golden.js";
import type { GoldenTensor } from "./golden-tensor.js";

/** One thing that a user does. Frames count from 0, points are (x, y) and boxes x0 y0 x1 y1 in pixels of the frames. */
export type VideoStep =
  | {
      readonly op: "add";
      readonly frame: number;
      readonly ids: readonly number[];
      /** [object][point][x, y] and [object][point] */
      readonly points?: number[][][];
      readonly labels?: number[][];
      /** [object][x0, y0, x1, y1] */
      readonly boxes?: number[][];
      /** Names of tensors `mask/<name>`, one per object. */
      readonly masks?: readonly string[];
      /** Default true. */
      readonly clear?: boolean;
    }
  | { readonly op: "forward"; readonly frame: number }
  | {
      readonly op: "propagate";
      readonly start: number | null;
      readonly count: number | null;
      readonly reverse: boolean;
    }
  | { readonly op: "stream"; readonly frame: number };

/** What the reference says of one frame. P objects in the order in which they came. */
export interface VideoStepResult {
  readonly step: number;
  readonly frame: number;
  readonly ids: readonly number[];
  /** [P, 4h, 4w] logits, [P], [P, C]. */
  readonly masks: GoldenTensor;
  readonly scores: GoldenTensor;
  readonly pointers: GoldenTensor;
  /** [P, N, D], where the fixture keeps them. */
  readonly memories: GoldenTensor | undefined;
  /** [1, N, C], what the memory attention made of the frame, where the fixture keeps it. */
  readonly conditioned: GoldenTensor | undefined;
}

export interface VideoScenario {
  readonly name: string;
  /** Frames of the video; 0: a stream. */
  readonly frames: number;
  readonly steps: readonly VideoStep[];
  /** Settings that differ from the config, by their names there. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Values of tensors that differ from the checkpoint. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** How near the reference came to deciding otherwise, and how far another attention kernel moves its masks (`noise`). */
  readonly margins: Readonly<Record<"score" | "iou" | "stability" | "pixel" | "noise", number>>;
  /** In the order in which the reference gave them. */
  readonly results: readonly VideoStepResult[];
}

/** Names of the scenarios of a video fixture. */
export function videoScenarioNames(golden: Golden): string[] {
  return Object.keys(golden.cases).filter((name) => golden.case(name).kind === "video");
}

/** Reads a scenario of a video fixture with all its results. */
export function videoScenario(golden: Golden, name: string): VideoScenario {
  const { options, outputs = {}, facts } = golden.case(name);
  const { frames, steps, config = {}, weights = {}, margins } = options as unknown as VideoScenario;
  const ids = facts?.ids as Record<string, number[]>;
  const optional = (key: string) => (key in outputs ? golden.resolveTensor(outputs[key]) : undefined);
  const results = Object.entries(ids).map(([at, objects]): VideoStepResult => {
    const [step, frame] = at.split("/").map(Number) as [number, number];
    return {
      step,
      frame,
      ids: objects,
      masks: golden.resolveTensor(outputs[`${at}/masks`]),
      scores: golden.resolveTensor(outputs[`${at}/scores`]),
      pointers: golden.resolveTensor(outputs[`${at}/pointers`]),
      memories: optional(`${at}/memories`),
      conditioned: optional(`${at}/conditioned`),
    };
  });
  return { name, frames, steps, config, weights, margins, results };
}
