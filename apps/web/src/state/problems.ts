import { Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import { dialog, type Problem, problem } from "./session.js";

const OPEN_MODELS = { label: "Choose another model", run: () => openModels() };

function openModels(): void {
  problem.value = null;
  dialog.value = "models";
}

/** One sentence and one remedy for each kind of error; the typed error itself is in the details. */
const BY_CODE: Readonly<Partial<Record<Sam2ErrorCode, (error: Sam2Error) => Omit<Problem, "details">>>> = {
  INVALID_IMAGE: ({ message }) => ({ text: `${message}.` }),
  INVALID_VIDEO: () => ({
    text: "This video is damaged, cut off or has no frames. MP4, MOV, WebM, GIF and animated WebP can be opened.",
  }),
  UNSUPPORTED_CODEC: () => ({
    text: "This browser does not decode this video's codec. H.264, VP9 and AV1 usually work.",
  }),
  CAMERA: () => ({ text: "The camera cannot be used. The browser may ask for leave in its address bar." }),
  MEMORY_EVICTED: () => ({
    text: "This frame is too far from what is remembered. Track again from a prompt.",
  }),
  NOT_FOUND: () => ({ text: "There is no such model, or a file of it is missing.", remedy: OPEN_MODELS }),
  DOWNLOAD_FAILED: () => ({
    text: "The download stopped. What is here already is kept.",
    remedy: { label: "Try again", run: openModels },
  }),
  STORE_FULL: () => ({ text: "There is not enough room on this device for the model.", remedy: OPEN_MODELS }),
  INVALID_CHECKPOINT: () => ({
    text: "The model's file is damaged or is not a SAM 2 model.",
    remedy: { label: "Fetch again", run: openModels },
  }),
  INVALID_CONFIG: () => ({
    text: "The model's config.json is not that of a SAM 2 model.",
    remedy: OPEN_MODELS,
  }),
  OUT_OF_MEMORY: () => ({ text: "The model does not fit this device.", remedy: OPEN_MODELS }),
  DEVICE_LOST: () => ({
    text: "The GPU restarted. Your masks are kept.",
    remedy: { label: "Prepare again", run: openModels },
  }),
  UNSUPPORTED: () => ({ text: "This browser cannot do that.", remedy: OPEN_MODELS }),
};

/** Shows an error in the bar over the dock. What a user stopped is none. */
export function report(error: unknown, fallback: string, remedy?: Problem["remedy"]): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const isTyped = Sam2Error.isInstance(error);
  const known = isTyped ? BY_CODE[error.code]?.(error) : undefined;
  const message = error instanceof Error ? error.message : String(error);
  problem.value = {
    text: known?.text ?? fallback,
    remedy: remedy ?? known?.remedy,
    details: isTyped ? `${error.code}: ${message}` : message,
  };
}
