import { signal } from "@preact/signals";
import { words } from "../../words/words.js";
import { report } from "../problems.js";
import { live } from "./camera.js";
import { openVideo } from "./open-video.js";

/** In the order in which they are wished for. */
const TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
/** Pieces are handed over so often: what is held in between is lost if the page ends. */
const PIECE_MS = 1000;

/** Whether the camera's picture is being recorded: only after a person said so. */
export const isRecording = signal(false);

let recorder: MediaRecorder | undefined;

/** Records the camera until told to stop, or until the camera stops. */
export function startRecording(): void {
  const now = live.value;
  if (!now || recorder) return;
  try {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const made = new MediaRecorder(now.stream, mimeType ? { mimeType } : {});
    const pieces: Blob[] = [];
    made.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    made.addEventListener("stop", () => {
      recorder = undefined;
      isRecording.value = false;
      void openVideo(toFile(pieces, made.mimeType));
    });
    made.start(PIECE_MS);
    recorder = made;
    isRecording.value = true;
  } catch (error) {
    report(error, words().wrong.record);
  }
}

/** Opens what was recorded as a video. It is on this device only. */
export function stopRecording(): void {
  recorder?.stop();
}

function toFile(pieces: readonly Blob[], mimeType: string): File {
  const type = mimeType.split(";")[0] ?? "video/webm";
  return new File([...pieces], `camera.${type === "video/mp4" ? "mp4" : "webm"}`, { type });
}
