import type { ErrorCodeOf } from "./error-codes.js";
import { type ErrorFacts, Sam2Error } from "./sam2-error.js";

/** An argument of a call is not what the call takes (nesting of prompts, ranges of options). Code `INVALID_INPUT`; descendants have their own. */
export class InputError extends Sam2Error {
  static override readonly symbolName: string = "InputError";
  declare readonly code: ErrorCodeOf<"InputError">;
  constructor(message: string, facts?: ErrorFacts, code: ErrorCodeOf<"InputError"> = "INVALID_INPUT") {
    super(code, message, facts);
  }
}

/** A tensor has another shape or data type than expected. Code `SHAPE_MISMATCH`. */
export class ShapeError extends InputError {
  static override readonly symbolName: string = "ShapeError";
  constructor(message: string, facts?: ErrorFacts) {
    super(message, facts, "SHAPE_MISMATCH");
  }
}

/** A config (`config.json`, `preprocessor_config.json`) is not valid, or asks for what SAM 2 cannot be. Code `INVALID_CONFIG`. */
export class ConfigError extends Sam2Error {
  static override readonly symbolName: string = "ConfigError";
  constructor(message: string, facts?: ErrorFacts) {
    super("INVALID_CONFIG", message, facts);
  }
}

/** Bytes of a checkpoint are damaged, lie, or do not fit the config. Code `INVALID_CHECKPOINT`, or `OUT_OF_MEMORY`. */
export class CheckpointError extends Sam2Error {
  static override readonly symbolName: string = "CheckpointError";
  declare readonly code: ErrorCodeOf<"CheckpointError">;
  constructor(
    message: string,
    facts?: ErrorFacts,
    code: ErrorCodeOf<"CheckpointError"> = "INVALID_CHECKPOINT",
  ) {
    super(code, message, facts);
  }
}

/** A model, a file of it or an image is not where it was looked for. Code `NOT_FOUND`. */
export class NotFoundError extends Sam2Error {
  static override readonly symbolName: string = "NotFoundError";
  constructor(message: string, facts?: ErrorFacts) {
    super("NOT_FOUND", message, facts);
  }
}

/** A transfer failed for good: no connection, a refused login, a wrong hash. Code `DOWNLOAD_FAILED`, or the one that says why. */
export class DownloadError extends Sam2Error {
  static override readonly symbolName: string = "DownloadError";
  declare readonly code: ErrorCodeOf<"DownloadError">;
  constructor(message: string, facts?: ErrorFacts, code: ErrorCodeOf<"DownloadError"> = "DOWNLOAD_FAILED") {
    super(code, message, facts);
  }
}

/** A file store cannot take or give a file (no room, no rights). Code `STORE_FAILED`, `STORE_FULL` where there is no room. */
export class StoreError extends Sam2Error {
  static override readonly symbolName: string = "StoreError";
  declare readonly code: ErrorCodeOf<"StoreError">;
  constructor(message: string, facts?: ErrorFacts, code: ErrorCodeOf<"StoreError"> = "STORE_FAILED") {
    super(code, message, facts);
  }
}

/** An image cannot be decoded or encoded, or is larger than allowed. Code `INVALID_IMAGE`. */
export class ImageError extends Sam2Error {
  static override readonly symbolName: string = "ImageError";
  constructor(message: string, facts?: ErrorFacts) {
    super("INVALID_IMAGE", message, facts);
  }
}

/** The inference engine failed. Code `ENGINE_FAILED`, `OUT_OF_MEMORY`, or `DEVICE_LOST`. */
export class EngineError extends Sam2Error {
  static override readonly symbolName: string = "EngineError";
  declare readonly code: ErrorCodeOf<"EngineError">;
  constructor(message: string, facts?: ErrorFacts, code: ErrorCodeOf<"EngineError"> = "ENGINE_FAILED") {
    super(code, message, facts);
  }
}

/** What was asked for exists, but not on this platform, device or in this model. Code `UNSUPPORTED`. */
export class UnsupportedError extends Sam2Error {
  static override readonly symbolName: string = "UnsupportedError";
  constructor(message: string, facts?: ErrorFacts) {
    super("UNSUPPORTED", message, facts);
  }
}

/** A model, session, runtime or tensor is used after its `dispose()`. Code `DISPOSED`. */
export class DisposedError extends Sam2Error {
  static override readonly symbolName: string = "DisposedError";
  constructor(thing: string, facts?: ErrorFacts) {
    super("DISPOSED", `${thing}: used after dispose(); create or load it again`, facts);
  }
}
