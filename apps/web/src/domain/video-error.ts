import { type ErrorCodeOf, type ErrorFacts, InputError } from "@sam2js/core";

/** A file that is no video, is cut off, or has no frames. Code `INVALID_VIDEO`. */
export class VideoError extends InputError {
  static override readonly symbolName: string = "VideoError";
  constructor(message: string, facts?: ErrorFacts, code: ErrorCodeOf<"InputError"> = "INVALID_VIDEO") {
    super(message, facts, code);
  }
}

/** A video in a codec that this browser does not decode. Code `UNSUPPORTED_CODEC`. */
export class CodecError extends VideoError {
  static override readonly symbolName: string = "CodecError";
  constructor(name: string, codec: string) {
    super(
      `${name}: expected a codec that this browser decodes, got ${codec}; convert it to H.264, VP9 or AV1`,
      { name, codec },
      "UNSUPPORTED_CODEC",
    );
  }
}

/** A video whose reading made no progress for long. Code `VIDEO_STALLED`. */
export class StalledVideoError extends VideoError {
  static override readonly symbolName: string = "StalledVideoError";
  constructor(name: string) {
    super(
      `${name}: expected the next frame, got no sign of life; the file is damaged there, convert it first`,
      { name, expected: "the next frame", got: "no sign of life" },
      "VIDEO_STALLED",
    );
  }
}
