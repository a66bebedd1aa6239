import { checkOptions, describeValue, InputError } from "@sam2js/core";
import { type OriginalSize, readOriginalSizes } from "@sam2js/processor";
import { toFrameSource, type VideoInput } from "../frames/frame-source.js";
import type { FrameSampling } from "../frames/sample-frames.js";
import type { FramesOf } from "../session/session-frames.js";
import type { KeepMasks, OnMasks, SessionParts } from "../session/session-state.js";
import type { Retention } from "../state/retention.js";
import { type PolicyOption, TRANSFORMERS_POLICY, type TrackingPolicy } from "../state/tracking-policy.js";

/** What a session is to be. `numFrames` and `fps`: by default what the processor's settings say. */
export interface InitVideoSessionOptions extends FrameSampling {
  /** The video. Without it frames are given to `forward` or `track` one by one. */
  readonly video?: VideoInput | null | undefined;
  /** [height, width] of the frames in pixels, where prompts come before the first frame of a stream. */
  readonly originalSize?: OriginalSize | undefined;
  /** What is kept of tracked frames. Default `"window"`. */
  readonly retention?: Retention | undefined;
  /** Whose rules are followed where implementations differ. Default `"transformers"`. */
  readonly policy?: PolicyOption | undefined;
  /**
   * Keep the masks of computed frames as run lengths, for `session.masks(frame)` and in saved sessions: `true` of all, a number of so many, the last
   * ones. Default false.
   */
  readonly keepMasks?: KeepMasks | undefined;
  /** Takes the masks of each frame as soon as they are found, for whoever writes them away instead of keeping them. */
  readonly onMasks?: OnMasks | undefined;
  /** Of how many frames the features are kept, 24 MiB each at the published size. Default 1. */
  readonly maxVisionFeaturesCacheSize?: number | undefined;
}

const NAMES: readonly (keyof InitVideoSessionOptions)[] = [
  "video",
  "originalSize",
  "retention",
  "policy",
  "keepMasks",
  "onMasks",
  "numFrames",
  "fps",
  "maxVisionFeaturesCacheSize",
];

/** What a session is made of, but for who prepares its frames. @throws {InputError} an option is not valid */
export function readSessionOptions(
  options: InitVideoSessionOptions,
): Omit<SessionParts, "frames"> & { readonly frames: Omit<FramesOf, "processor"> } {
  if (Array.isArray(options)) {
    const next = "write initVideoSession({ video: frames })";
    throw InputError.expected("initVideoSession", "options", "a list of frames", next);
  }
  checkOptions(options, NAMES, "initVideoSession");
  const { video, originalSize, retention = "window", policy = "transformers", keepMasks = false } = options;
  const featureCacheSize = options.maxVisionFeaturesCacheSize ?? 1;
  const isCount = (value: unknown, least: number) =>
    Number.isSafeInteger(value) && (value as number) >= least;
  check(
    "keepMasks",
    keepMasks,
    typeof keepMasks === "boolean" || isCount(keepMasks, 0),
    "true, false or a number of frames",
  );
  check("retention", retention, ["window", "head", "all"].includes(retention), '"window", "head" or "all"');
  check("maxVisionFeaturesCacheSize", featureCacheSize, isCount(featureCacheSize, 1), "a whole number >= 1");
  const numFrames = options.numFrames ?? undefined;
  const fps = options.fps ?? undefined;
  const isSampled = numFrames !== undefined || fps !== undefined;
  return {
    frames: {
      video: video === undefined || video === null ? undefined : toFrameSource(video),
      sampling: isSampled ? { numFrames, fps } : undefined,
      size: originalSize && readOriginalSizes([originalSize])[0],
    },
    retention,
    policy: readPolicy(policy),
    keepMasks,
    onMasks: options.onMasks,
    featureCacheSize,
  };
}

function readPolicy(policy: PolicyOption): TrackingPolicy {
  if (policy === "transformers") return TRANSFORMERS_POLICY;
  check("policy", policy, typeof policy === "object" && policy !== null, '"transformers" or a record');
  return { ...TRANSFORMERS_POLICY, ...policy };
}

function check(name: keyof InitVideoSessionOptions, got: unknown, isValid: boolean, expected: string): void {
  if (isValid) return;
  throw InputError.expected(name, expected, describeValue(got));
}
