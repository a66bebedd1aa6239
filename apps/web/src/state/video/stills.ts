import { effect, untracked } from "@preact/signals";
import { hasPrompts, type ObjectDoc, type PhotoDoc, promptedFrames } from "../../domain/document.js";
import { requestAnswer } from "../asking.js";
import { answerKey, inputId, inputOf, shownInput } from "../masks.js";
import { takesTooLong } from "../patience.js";
import * as session from "../session.js";
import { clips, isPlaying } from "./playback.js";
import { isAnswering, run } from "./tracker.js";
import { video } from "./tracks.js";

/** A frame that is looked at for so long is prepared. */
const REST_MS = 200;
/** A model that takes longer for a frame is not asked to: the click itself would wait for it. */
const SLOW_ENCODE_MS = 800;

/** Models that are too slow here, by name and device. */
const slow = new Set<string>();
let isBusy = false;

/**
 * Prepares the frame that is looked at as a photo is, so that the pointer has its preview and the first click its readings. Not while it plays or
 * is tracked. Ends with the returned call.
 */
export function keepStillReady(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return effect(() => {
    const shown = video.value;
    const isResting = !isPlaying.value && !isAnswering.value && (run.value === null || run.value.isPaused);
    const { object } = session;
    const isWanted = session.hasPreview.value || (object.value && hasReadings(object.value));
    void [session.frame.value, session.model.value, session.still.value];
    clearTimeout(timer);
    const isHere = session.model.value?.encodes === "here"; // frames are sent nowhere
    if (shown?.video.kind === "file" && isResting && isWanted && isHere)
      timer = setTimeout(() => void prepare(), REST_MS);
  });
}

/** Asks for the readings of a first click whose preview did not come in time, or of a tap. Ends with the returned call. */
export function keepReadings(): () => void {
  return effect(() => {
    const photo = session.photo.value;
    const object = session.object.value;
    const model = session.model.value;
    if (!photo?.video || !object || !model || !shownInput(photo) || !hasReadings(object)) return;
    const key = answerKey(photo, object);
    if (!session.answers.value.has(key)) untracked(() => requestAnswer(photo, object, key));
  });
}

/** Readings are those of the one point that an object begins with: later answers rest on what was there before. */
export function hasReadings(object: ObjectDoc): boolean {
  return (
    hasPrompts(object) &&
    object.points.length === 1 &&
    object.box === null &&
    promptedFrames(object).length === 1
  );
}

async function prepare(): Promise<void> {
  const photo = session.photo.value;
  const model = session.model.value;
  if (!photo?.video || !model || isBusy || shownInput(photo)) return;
  const name = `${model.name} ${model.device}`;
  if (slow.has(name)) return;
  isBusy = true;
  const id = inputId(photo);
  try {
    const elapsedMs = await encode(id, photo, model.imageSize);
    // Once may be the first time, when everything is made ready.
    if (takesTooLong(elapsedMs, SLOW_ENCODE_MS) && prepared.has(name)) slow.add(name);
    prepared.add(name);
  } catch {
    // The click itself says what is wrong.
    slow.add(name);
  } finally {
    isBusy = false;
    const now = session.photo.value;
    if (now?.video && inputId(now) !== id) void prepare();
  }
}

const prepared = new Set<string>();

async function encode(id: string, photo: PhotoDoc, side: number): Promise<number> {
  const blob = await clips().still(photo.id, session.frame.value, side);
  const { elapsedMs } = await session.engine().encode({ photo: inputOf(photo, id, blob), isDraft: false });
  const now = session.photo.value;
  if (now && inputId(now) === id) session.still.value = { id, blob };
  return elapsedMs;
}
