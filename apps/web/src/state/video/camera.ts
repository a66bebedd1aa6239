import { batch, signal } from "@preact/signals";
import { addPhotos } from "../../domain/commands.js";
import { findPhoto, type PhotoDoc } from "../../domain/document.js";
import type { Track } from "../../domain/track.js";
import { VideoError } from "../../domain/video-error.js";
import { words } from "../../words/words.js";
import { report } from "../problems.js";
import * as session from "../session.js";
import { makeViews, putFrame } from "./playback.js";
import { promptsOf } from "./prompts-of.js";
import { currentTracks, forgetBefore, keepAnswer } from "./tracks.js";

/** Frames behind the newest one that may still be asked for. */
const KEPT_FRAMES = 8;

interface Live {
  readonly id: string;
  readonly stream: MediaStream;
  readonly element: HTMLVideoElement;
}

/** The camera that is on. */
export const live = signal<Live | null>(null);
/** Results each second, as they come. */
export const liveRate = signal(0);

/** Index of each camera's next frame: it counts on when the camera is switched on again. */
const nextFrames = new Map<string, number>();

/** Switches the camera on, as a new document or to go on with one. Nothing is recorded. */
export async function startCamera(again?: string): Promise<void> {
  try {
    stopCamera();
    const stream = await ask();
    const element = document.createElement("video");
    element.muted = true;
    element.playsInline = true;
    element.srcObject = stream;
    await element.play();
    const { videoWidth: width, videoHeight: height } = element;
    const known = again ? findPhoto(session.doc.value, again) : undefined;
    // The past is of frames of one size.
    const id = known?.width === width && known.height === height ? known.id : session.newId("camera");
    const image = await createImageBitmap(element);
    const index = nextFrames.get(id) ?? 0;
    nextFrames.set(id, index + 1);
    const doc: PhotoDoc = {
      id,
      name: words().camera.title,
      width,
      height,
      objects: [],
      video: { kind: "camera", times: Float64Array.of(0), duration: 0 },
    };
    batch(() => {
      if (id !== known?.id) {
        session.open(addPhotos([doc]));
        session.endStep();
        session.objectId.value = null;
      }
      session.photoId.value = id;
      session.tool.value = "select";
      live.value = { id, stream, element };
    });
    putFrame(id, index, image);
    for (const track of stream.getTracks()) track.addEventListener("ended", stopCamera);
    session.announcement.value = words().done.cameraOn;
    void follow(id);
  } catch (error) {
    stopCamera();
    report(error, words().wrong.camera);
  }
}

/** Switches the camera off; the last frame stays. */
export function stopCamera(): void {
  const now = live.value;
  live.value = null;
  if (!now) return;
  for (const track of now.stream.getTracks()) track.stop();
  now.element.srcObject = null;
  session.announcement.value = words().done.cameraOff;
}

async function ask(): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    const expected = "a browser that gives pages the camera";
    throw new VideoError(`camera: expected ${expected}, got none`, { expected, got: "none" }, "CAMERA");
  }
  const wish = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video: wish, audio: false }).catch((cause) => {
    const got = cause instanceof Error ? cause.name : String(cause);
    throw new VideoError(
      `camera: expected to be let to use it, got ${got}`,
      { cause, expected: "to be let to use it", got },
      "CAMERA",
    );
  });
}

/** Takes the newest frame, finds the objects on it, shows both, and again: what comes meanwhile is dropped. */
async function follow(id: string): Promise<void> {
  let last = performance.now();
  try {
    while (live.value?.id === id) {
      if (!findPhoto(session.doc.value, id)) return stopCamera();
      if (session.photoId.value !== id || document.hidden) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        continue;
      }
      await newFrame(live.value.element);
      const tracks = currentTracks.value;
      const clicked = [...tracks].flatMap(([object, track]) =>
        track.unanswered.includes(session.frame.value) ? [object] : [],
      );
      if (clicked.length > 0 && session.model.value) {
        await answer(id, clicked);
        continue;
      }
      if (!live.value) return;
      const image = await createImageBitmap(live.value.element);
      const index = nextFrames.get(id) ?? 0;
      const begun = [...tracks].filter(([, { frames }]) => Object.keys(frames).length > 0);
      const found =
        begun.length > 0 && session.model.value
          ? await find(id, index, begun, await createImageBitmap(image))
          : [];
      await makeViews(found.map(({ rle }) => rle));
      // A click that came meanwhile is about the picture that is seen.
      const isClicked = [...currentTracks.value.values()].some(({ unanswered }) =>
        unanswered.includes(session.frame.value),
      );
      if (isClicked || live.value?.id !== id) {
        image.close();
        continue;
      }
      nextFrames.set(id, index + 1);
      putFrame(id, index, image);
      forgetBefore(index - KEPT_FRAMES);
      liveRate.value = 1000 / Math.max(1, performance.now() - last);
      last = performance.now();
    }
  } catch (error) {
    stopCamera();
    report(error, words().wrong.cameraStopped);
  }
}

/** Answers clicks on the picture that is seen. */
async function answer(id: string, objectIds: readonly string[]): Promise<void> {
  const index = session.frame.value;
  const shown = session.pixels.value.get(id)?.image;
  if (!shown) return;
  const tracks = [...currentTracks.value].filter(([object]) => objectIds.includes(object));
  const found = await find(id, index, tracks, await createImageBitmap(shown));
  await makeViews(found.map(({ rle }) => rle));
}

/** Looks for objects on a picture, which is handed over. */
async function find(
  id: string,
  frame: number,
  wanted: readonly (readonly [string, Track])[],
  image: ImageBitmap,
) {
  const tracks = currentTracks.value;
  const request = {
    video: { id, name: "camera", blob: null },
    objects: promptsOf(tracks),
    frame,
    objectIds: wanted.map(([object]) => object),
    isReverse: false,
    image,
  };
  const result = await session.engine().track(request);
  session.decodeMs.value = result.elapsedMs;
  keepAnswer(result, tracks);
  return result.found;
}

/** The next frame that the camera gives. */
function newFrame(element: HTMLVideoElement): Promise<unknown> {
  return new Promise((resolve) => {
    if ("requestVideoFrameCallback" in element) element.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
    // A camera that stalls is asked again.
    setTimeout(resolve, 500);
  });
}
