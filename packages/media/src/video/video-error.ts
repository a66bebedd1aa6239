import { ImageError, Sam2Error } from "@sam2js/core";

/** What reading a video came upon, as one of our errors: what the demuxer or a codec threw becomes its cause. */
export function videoError(name: string, problem: string, cause?: unknown): unknown {
  if (Sam2Error.isInstance(cause)) return cause;
  if ((cause as { name?: unknown } | undefined)?.name === "AbortError") return cause;
  return new ImageError(`${name}: ${problem}`, {
    name,
    expected: "a whole video",
    got: problem,
    ...(cause !== undefined && { cause }),
  });
}
