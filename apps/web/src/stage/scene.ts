import { computed } from "@preact/signals";
import { type Camera, camera, viewport } from "../state/camera.js";
import { missingIds } from "../state/missing.js";
import * as session from "../state/session.js";
import { cornerRadius } from "../state/stage-state.js";
import { liveScene, type SceneItem } from "./live-scene.js";
import { type MaskScene, maskScene } from "./mask-scene.js";

/** All that the stage shows, as one value. Parts that are the same objects as before look as before. */
export interface Scene {
  readonly camera: Camera;
  /** Of the stage, in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly cornerRadius: number;
  /** Sides in pixels of the photo. */
  readonly photo: { readonly id: string; readonly width: number; readonly height: number } | null;
  /** Of a video, the frame that is shown; of a photo the painter has the file. */
  readonly frame: ImageBitmap | null;
  readonly masks: MaskScene;
  readonly live: readonly SceneItem[];
}

const shownFrame = computed(() => {
  const pixels = session.pixels.value.get(session.photoId.value ?? "");
  return pixels && !pixels.blob ? pixels.image : null;
});

const id = computed(() => session.photo.value?.id);
const width = computed(() => session.photo.value?.width ?? 0);
const height = computed(() => session.photo.value?.height ?? 0);

/** Its objects are in other parts of the scene. */
const shownPhoto = computed(() => {
  const sides = { width: width.value, height: height.value };
  // A picture that is given again is another scene.
  void missingIds.value;
  return id.value === undefined ? null : { id: id.value, ...sides };
});

/** What the stage is to show. Whatever it is made of, the renderer hears of it. */
export const scene = computed<Scene>(() => ({
  camera: camera.value,
  size: viewport.value,
  cornerRadius: cornerRadius.value,
  photo: shownPhoto.value,
  frame: shownFrame.value,
  masks: maskScene.value,
  live: liveScene.value,
}));
