import { type ErrorFacts, InputError, Sam2Error } from "@sam2js/core";

/** A step was asked for in a session without objects. Code `NO_OBJECTS`. */
export class NoObjectsError extends InputError {
  static override readonly symbolName: string = "NoObjectsError";
  constructor(facts?: ErrorFacts) {
    super(
      "session: expected at least one object, got none; call addInputsToInferenceSession with points, boxes or masks first",
      { expected: "at least one object", got: "none", ...facts },
      "NO_OBJECTS",
    );
  }
}

/** The session has no object of this id. Code `UNKNOWN_OBJECT`. */
export class UnknownObjectError extends InputError {
  static override readonly symbolName: string = "UnknownObjectError";
  constructor(id: unknown, known: readonly unknown[]) {
    super(
      `object ${JSON.stringify(id)}: expected one of ${known.map((one) => JSON.stringify(one)).join(", ") || "none"}; ids are compared as they are, 1 is not "1"`,
      { id, known, expected: known, got: id },
      "UNKNOWN_OBJECT",
    );
  }
}

/** Propagation has nothing to start from: no object has a prompt. Code `NO_CONDITIONING_FRAME`. */
export class NoConditioningFrameError extends InputError {
  static override readonly symbolName: string = "NoConditioningFrameError";
  constructor() {
    super(
      "propagation: expected a frame with a prompt to start from, got none; add inputs to a frame first",
      { expected: "a frame with a prompt", got: "none" },
      "NO_CONDITIONING_FRAME",
    );
  }
}

/** There is no such frame, or a stream no longer has it. Code `FRAME_OUT_OF_RANGE`. */
export class FrameOutOfRangeError extends InputError {
  static override readonly symbolName: string = "FrameOutOfRangeError";
  constructor(message: string, facts?: ErrorFacts) {
    super(message, facts, "FRAME_OUT_OF_RANGE");
  }
}

/**
 * A step needs memories of frames that the session no longer keeps. Code `MEMORY_EVICTED`. `facts.restartFrom` is the frame to propagate
 * from so that they are made again.
 */
export class MemoryEvictedError extends Sam2Error {
  static override readonly symbolName: string = "MemoryEvictedError";
  /** The frame, from 0, to propagate from so that the missing memories are made again; also in `facts`. */
  readonly restartFrom: number;
  constructor(frameIndex: number, missing: number, restartFrom: number) {
    super(
      "MEMORY_EVICTED",
      `frame ${frameIndex}: expected the memory of frame ${missing}, which the session no longer keeps; propagate from frame ${restartFrom}, or make the session with retention: "all"`,
      { frameIndex, missing, restartFrom },
    );
    this.restartFrom = restartFrom;
  }
}

/** Prompts do not fit together or to their objects. Code `INVALID_PROMPT`. */
export class PromptShapeError extends InputError {
  static override readonly symbolName: string = "PromptShapeError";
  constructor(message: string, facts?: ErrorFacts) {
    super(message, facts, "INVALID_PROMPT");
  }
}
