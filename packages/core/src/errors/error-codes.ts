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
  /** Reading a video file made no progress for a long time. The file is damaged where reading stopped: convert it, for example with `ffmpeg`. */
  VIDEO_STALLED: "InputError";
  /** No decoder for this video codec on this platform. Convert the video to H.264, VP9 or AV1. */
  UNSUPPORTED_CODEC: "InputError";
  /** There is no camera, or the browser may not use it. Allow it in the browser's address bar. */
  CAMERA: "InputError";
  /** A saved project refers to a file that is not stored with it. Open the file again. */
  FILE_WANTED: "InputError";
  /** An image cannot be decoded or encoded, or is larger than allowed. Convert it, for example to JPEG or PNG, or shrink it. */
  INVALID_IMAGE: "ImageError";
  /** A `config.json` or another JSON file of a model is not valid JSON, or describes what SAM 2 cannot be. Take the file that was saved with the weights. */
  INVALID_CONFIG: "ConfigError";
  /** The bytes of a checkpoint are damaged, contradict each other, or do not fit the config. Download the checkpoint again. */
  INVALID_CHECKPOINT: "CheckpointError";
  /** No model, file of a model, or image is where it was looked for. Check the name or path. An id on the Hub has an owner: `facebook/sam2.1-hiera-tiny`. */
  NOT_FOUND: "NotFoundError";
  /** A download failed for good. Check the connection, and the proxy if there is one, and try again. What has arrived is kept. */
  DOWNLOAD_FAILED: "DownloadError";
  /** A server refuses access. Pass a token that it knows. For a model of the Hub, set `HF_TOKEN` and accept the conditions on its page; for a page that asks `sam2 serve`, give its origin to `--allow-origin`. */
  ACCESS_DENIED: "DownloadError" | "Sam2Error";
  /** A server asks for a pause. Wait as long as the message says, or pass a token. */
  RATE_LIMITED: "DownloadError" | "Sam2Error";
  /** The bytes that arrived are not those that the server named. A proxy may change them. Try again later, or without the proxy. */
  HASH_MISMATCH: "DownloadError";
  /** A file is not in the cache, and there is no connection, or offline mode forbids one. Load the model once with a connection. */
  OFFLINE: "DownloadError";
  /** A file cannot be written or read back. Its access rights forbid it, or the disk fails. Name another folder, or change the rights. */
  STORE_FAILED: "StoreError";
  /** The disk or the browser's storage is full. Free some space, or name another folder. */
  STORE_FULL: "StoreError";
  /** ONNX Runtime failed. The message has its own words. Try the device `cpu`, or `wasm` in a browser, and report the error if it stays. */
  ENGINE_FAILED: "EngineError";
  /** There is not enough memory on the machine, in the browser tab or on the graphics device. Use a smaller model, a smaller `imageSize`, or fewer prompts at once. */
  OUT_OF_MEMORY: "EngineError" | "CheckpointError";
  /** The graphics device, or the thread or worker of the engine, has ended, and embeddings that lay there are gone. Encode the picture again: the next call starts a new engine. In a page's own thread (`worker: false`), load the model again. */
  DEVICE_LOST: "EngineError";
  /** The platform, the device or the model cannot do this. The message says what can. */
  UNSUPPORTED: "UnsupportedError";
  /** A model, session, runtime or tensor was used after its `dispose()`. Create or load it again. */
  DISPOSED: "DisposedError";
  /** A request has more bytes, pixels or frames than the server takes. Send less, or start the server with a higher limit. The message names the limit. */
  TOO_LARGE: "Sam2Error";
  /** The server is starting or stopping, had no answer in time, or cannot be reached. Try again after a pause. */
  UNAVAILABLE: "Sam2Error";
  /** A runtime does not do what the contract says. If you wrote the runtime, mend it; else report the error. */
  NOT_CONFORMANT: "Sam2Error";
  /** A worker passed on an error that is none of sam2js. The message has its words. */
  UNEXPECTED: "Sam2Error";
}

/** One of the codes of {@link Sam2ErrorCodes}. */
export type Sam2ErrorCode = keyof Sam2ErrorCodes;

/** The codes of one error class of core and its descendants. */
export type ErrorCodeOf<Class extends Sam2ErrorCodes[Sam2ErrorCode]> = {
  [Code in Sam2ErrorCode]: Class extends Sam2ErrorCodes[Code] ? Code : never;
}[Sam2ErrorCode];
