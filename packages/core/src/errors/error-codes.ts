/**
 * Every code that a {@link Sam2Error} can have: what happened, and what helps. The value is the class whose errors, or whose descendants' errors, have it.
 *
 * `Sam2ErrorCode` is the union of the names, so a `switch` over `error.code` can be checked for completeness.
 */
export interface Sam2ErrorCodes {
  /** An argument or option is not what the call takes. Correct the call; the message names the argument and what it expects. */
  INVALID_INPUT: "InputError";
  /** A tensor has another shape or data type than expected. Reshape or convert it; the message shows both shapes. */
  SHAPE_MISMATCH: "InputError";
  /** Points, labels, boxes or masks of a video prompt do not fit together. Give each point a label and each object its row. */
  INVALID_PROMPT: "InputError";
  /** A video session has no object. Add points, boxes or masks first. */
  NO_OBJECTS: "InputError";
  /** A video session has no object of this id. Use an id that was added; `1` and `"1"` are two ids. */
  UNKNOWN_OBJECT: "InputError";
  /** Propagation has no frame with a prompt to start from. Add a prompt to a frame first. */
  NO_CONDITIONING_FRAME: "InputError";
  /** The video has no such frame, or a stream no longer has it. Use a frame within the range that the message names. */
  FRAME_OUT_OF_RANGE: "InputError";
  /** A step needs memories that the session no longer keeps. Propagate from `facts.restartFrom`, or make the session with `retention: "all"`. */
  MEMORY_EVICTED: "Sam2Error";
  /** A video file cannot be read: damaged, cut off, or without frames. Convert it, for example with `ffmpeg`. */
  INVALID_VIDEO: "InputError";
  /** Reading a video file made no progress for long. It is damaged where it stopped: convert it, for example with `ffmpeg`. */
  VIDEO_STALLED: "InputError";
  /** No decoder for this video codec on this platform. Convert the video to H.264, VP9 or AV1. */
  UNSUPPORTED_CODEC: "InputError";
  /** The camera is not there, or its use is not allowed. Allow it in the browser's address bar. */
  CAMERA: "InputError";
  /** A saved project refers to a file that is not kept with it. Open the file again. */
  FILE_WANTED: "InputError";
  /** An image cannot be decoded or encoded, or is larger than allowed. Convert or shrink it. */
  INVALID_IMAGE: "ImageError";
  /** A `config.json` or the like is not valid JSON, or describes what SAM 2 cannot be. Take the file that was saved with the weights. */
  INVALID_CONFIG: "ConfigError";
  /** Bytes of a checkpoint are damaged, lie, or do not fit the config. Download the checkpoint again. */
  INVALID_CHECKPOINT: "CheckpointError";
  /** A model, one of its files, or an image is not where it was looked for. Check the name or path. */
  NOT_FOUND: "NotFoundError";
  /** A transfer failed for good. Check the connection and try again; what has arrived is kept. */
  DOWNLOAD_FAILED: "DownloadError";
  /** A server refuses access. Pass a token that it knows; for a model of the Hub, accept the conditions of its page. */
  ACCESS_DENIED: "DownloadError" | "Sam2Error";
  /** A server asks for a pause. Wait as long as the message says, or pass a token. */
  RATE_LIMITED: "DownloadError" | "Sam2Error";
  /** The bytes that arrived are not those that the server named. A proxy may change them; try again later. */
  HASH_MISMATCH: "DownloadError";
  /** A file is not in the cache, and no connection is allowed or there is none. Load the model once with a connection. */
  OFFLINE: "DownloadError";
  /** A file cannot be written or read back (rights, a failing disk). Name another folder, or see to the rights. */
  STORE_FAILED: "StoreError";
  /** The disk or the browser's storage is full. Free some room, or name another folder. */
  STORE_FULL: "StoreError";
  /** The inference engine failed. The message has the engine's own words. */
  ENGINE_FAILED: "EngineError";
  /** There is not enough memory. Use a smaller `imageSize`, fewer prompts at once, or a smaller model. */
  OUT_OF_MEMORY: "EngineError" | "CheckpointError";
  /** The device or the worker of the engine is gone. Load the model again. */
  DEVICE_LOST: "EngineError";
  /** What was asked for exists, but not on this platform or device, or in this model. The message says what does. */
  UNSUPPORTED: "UnsupportedError";
  /** A model, session, runtime or tensor was used after its `dispose()`. Create or load it again. */
  DISPOSED: "DisposedError";
  /** A request has more bytes, pixels or frames than the server takes. Send less; the message names the limit. */
  TOO_LARGE: "Sam2Error";
  /** The server is starting, is about to stop, or had no answer in time. Try again after a pause. */
  UNAVAILABLE: "Sam2Error";
  /** A runtime does not behave as the contract says. A mistake of the runtime: mend it. */
  NOT_CONFORMANT: "Sam2Error";
  /** An error that is none of sam2js, as it came out of a worker. The message has its words. */
  UNEXPECTED: "Sam2Error";
}

/** One of the codes of {@link Sam2ErrorCodes}. */
export type Sam2ErrorCode = keyof Sam2ErrorCodes;

/** The codes of one error class of core and its descendants. */
export type ErrorCodeOf<Class extends Sam2ErrorCodes[Sam2ErrorCode]> = {
  [Code in Sam2ErrorCode]: Class extends Sam2ErrorCodes[Code] ? Code : never;
}[Sam2ErrorCode];
