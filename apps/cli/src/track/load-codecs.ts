import { UnsupportedError } from "@sam2js/core";

/**
 * Loads the codecs for video files: an optional package (`@napi-rs/webcodecs`, FFmpeg inside) that brings the browser's WebCodecs to Node.
 *
 * @throws {UnsupportedError} it is not installed, or not for this platform
 */
export async function loadCodecs(): Promise<void> {
  if ("VideoDecoder" in globalThis) return;
  try {
    await import("@napi-rs/webcodecs/polyfill");
  } catch (cause) {
    throw new UnsupportedError(
      "video files: the optional package @napi-rs/webcodecs is not there for this platform; install it, or give a folder of frames " +
        "(ffmpeg -i video.mp4 frames/%05d.jpg) and write --format gif",
      { cause },
    );
  }
}

/** Whether video files can be read and written here. */
export async function hasCodecs(): Promise<boolean> {
  return loadCodecs().then(
    () => true,
    () => false,
  );
}
