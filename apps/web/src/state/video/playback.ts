import { batch, effect, signal, untracked } from "@preact/signals";
import { ClipService } from "../../clients/clip-service.js";
import type { RleMask } from "../../domain/document.js";
import { frameAt } from "../../domain/frame-at.js";
import type { MaskView } from "../../protocol/engine.js";
import { words } from "../../words/words.js";
import { report } from "../problems.js";
import * as session from "../session.js";
import { playSpeed } from "./speed.js";
import { currentTracks, tracksVersion, video } from "./tracks.js";

/** Borders that are kept, so that a frame that is shown again needs no work. */
const MAX_VIEWS = 120;

/** The frame that is wanted on screen; `session.frame` is the one that is there. */
export const playhead = signal(0);
export const isPlaying = signal(false);
/** The frame in work is shown, until the user goes elsewhere. */
export const isFollowing = signal(false);

/** Pictures that were replaced a moment ago: parts of the page are drawn a little after the stage. */
const MAX_RETIRED = 3;
const retired: ImageBitmap[] = [];
const views = new Map<RleMask, MaskView>();
/** Last frame seen of each video. */
const lastFrames = new Map<string, number>();
let service: ClipService | undefined;
let isBusy = false;
/** Refreshes of the masks on screen that are under way. */
let refreshes = 0;

/** The worker that decodes; begun with the first video. */
export function clips(): ClipService {
  service ??= new ClipService();
  return service;
}

/** Shows a frame. The newest wish wins: one is decoded, one waits. */
export function seek(frame: number): void {
  const shown = video.value;
  if (!shown || shown.video.kind === "camera") return;
  playhead.value = Math.min(shown.video.times.length - 1, Math.max(0, Math.round(frame)));
  if (!isBusy) void showNext();
}

/** As a user's hand does it: nothing else moves the picture then. */
export function scrub(frame: number): void {
  isPlaying.value = false;
  isFollowing.value = false;
  seek(frame);
}

export function stepFrame(by: number): void {
  scrub(playhead.value + by);
}

export function togglePlaying(): void {
  const shown = video.value;
  if (!shown || shown.video.kind === "camera") return;
  isFollowing.value = false;
  isPlaying.value = !isPlaying.value;
  if (!isPlaying.value) return;
  const { times, duration } = shown.video;
  if (playhead.value >= times.length - 1) seek(0);
  let before = performance.now();
  let now = times[playhead.value] ?? 0;
  const tick = () => {
    if (!isPlaying.value || video.value?.id !== shown.id) return;
    const at = performance.now();
    // The speed may change on the way.
    now += ((at - before) / 1000) * playSpeed.value;
    before = at;
    if (now >= duration) {
      seek(times.length - 1);
      isPlaying.value = false;
      return;
    }
    const due = frameAt(times, now);
    if (due !== playhead.value) seek(due);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/** Keeps the masks on screen those of the frame and the prompts. Ends with the returned call. */
export function keepFrameShown(): () => void {
  const ends = [
    effect(() => {
      const shown = video.value?.id;
      untracked(() => {
        isPlaying.value = false;
        if (!shown) return;
        session.frame.value = lastFrames.get(shown) ?? 0;
        playhead.value = session.frame.value;
      });
    }),
    effect(() => {
      void [tracksVersion.value, session.frame.value, currentTracks.value];
      untracked(() => void refreshMasks());
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** The wanted frame is on the stage, with the masks that its tracks have now. */
export function isFrameShown(): boolean {
  return playhead.value === session.frame.value && refreshes === 0;
}

async function showNext(): Promise<void> {
  const shown = video.value;
  const index = playhead.value;
  if (!shown) return;
  isBusy = true;
  try {
    const masks = [...masksAt(index).values()].map(({ rle }) => rle).filter((rle) => !views.has(rle));
    const answer = await clips().frame(shown.id, index, masks);
    keepViews(masks, answer.views);
    if (video.value?.id !== shown.id) answer.image.close();
    else putFrame(shown.id, index, answer.image);
  } catch (error) {
    isPlaying.value = false;
    report(error, words().wrong.frame);
  } finally {
    isBusy = false;
    if (video.value?.id === shown.id && playhead.value !== index) void showNext();
  }
}

/** Puts a picture on the stage in place of the one before. */
export function putFrame(id: string, index: number, image: ImageBitmap): void {
  const old = session.pixels.value.get(id);
  batch(() => {
    session.pixels.value = new Map(session.pixels.value).set(id, { blob: null, image });
    session.frame.value = index;
    lastFrames.set(id, index);
  });
  if (old) retire(old.image);
}

/** Closes a picture once whoever was about to draw it has done so. */
function retire(image: ImageBitmap): void {
  retired.push(image);
  while (retired.length > MAX_RETIRED) retired.shift()?.close();
}

function masksAt(frame: number) {
  const found = new Map<string, { rle: RleMask; score: number; isOld: boolean }>();
  for (const [id, { frames }] of currentTracks.value) {
    const at = frames[frame];
    if (at && at.area > 0 && at.score > 0) found.set(id, at);
  }
  return found;
}

async function refreshMasks(): Promise<void> {
  const frame = session.frame.value;
  const masks = masksAt(frame);
  const missing = [...masks.values()].map(({ rle }) => rle).filter((rle) => !views.has(rle));
  if (missing.length > 0) {
    refreshes += 1;
    try {
      await makeViews(missing);
    } finally {
      refreshes -= 1;
    }
    // Something newer may be on screen meanwhile.
    if (session.frame.value !== frame) return;
  }
  const shown = new Map<string, session.FrameMask>();
  for (const [id, { rle, score, isOld }] of masksAt(frame)) {
    const view = views.get(rle);
    if (view) shown.set(id, { view, score, isOld });
  }
  session.frameMasks.value = shown;
}

/** Makes borders before a frame is shown, so that both come together. */
export async function makeViews(masks: readonly RleMask[]): Promise<void> {
  if (masks.length > 0) keepViews(masks, await clips().views(masks));
}

/** Keeps borders that were made elsewhere. */
export function rememberViews(made: readonly MaskView[]): void {
  keepViews(
    made.map(({ rle }) => rle),
    made,
  );
}

function keepViews(masks: readonly RleMask[], made: readonly MaskView[]): void {
  masks.forEach((rle, i) => {
    const view = made[i];
    if (view) views.set(rle, view);
  });
  for (const old of [...views.keys()].slice(0, -MAX_VIEWS)) views.delete(old);
}
