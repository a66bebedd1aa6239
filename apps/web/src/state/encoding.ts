import { batch, effect, untracked } from "@preact/signals";
import { Sam2Error } from "@sam2js/core";
import type { PhotoDoc } from "../domain/document.js";
import { fill, words } from "../words/words.js";
import { hasDraftMasks, photoInput } from "./masks.js";
import { missingIds } from "./missing.js";
import { report } from "./problems.js";
import { leaveRemote } from "./remote.js";
import * as session from "./session.js";
import { seenPhotoId } from "./stage-state.js";
import { expectedEncodeMs, noteTiming } from "./timings.js";

/** A photo is prepared after so long at the latest, seen or not. */
const MOST_WAIT_MS = 250;
/** A photo that takes longer has a draft first. */
const LONG_MS = 3000;

/** Models whose drafts failed here. */
const draftless = new Set<string>();
let controller: AbortController | undefined;

/** Encodes the photo that is shown, whenever it or the model changes. Ends with the returned call. */
export function keepEncoded(): () => void {
  return effect(() => {
    const photo = session.photo.value;
    const model = session.model.value;
    const isDraftOnly = session.isDraftOnly.value;
    if (!photo || photo.video || !model || missingIds.value.has(photo.id)) return;
    const known = session.encoded.value.get(photo.id);
    if (known === undefined) untracked(() => void encode(photo));
    if (known === "draft" && !isDraftOnly) untracked(() => void refine(photo));
  });
}

/** Leaves photos at their drafts; the model's work on this one may go on unseen. */
export function stayWithDrafts(): void {
  session.isDraftOnly.value = true;
  controller?.abort(new DOMException("the draft will do", "AbortError"));
}

/** Prepares the whole of a photo whose masks are a draft's answers, so that they are made anew; where that fails, or drafts will do, they stay. */
export async function prepareWhole(photo: PhotoDoc, signal?: AbortSignal): Promise<void> {
  if (session.isDraftOnly.value || !hasDraftMasks(photo) || session.encoded.value.get(photo.id) === "full")
    return;
  try {
    await prepare(photo, signal);
  } catch {
    signal?.throwIfAborted();
  }
}

/** Prepares a photo to be clicked, first as a draft where the whole of it takes long. */
async function encode(photo: PhotoDoc): Promise<void> {
  if (session.encoding.value?.photoId === photo.id) return;
  const expectedMs = expectedEncodeMs();
  const isLong = session.isDraftOnly.value || (expectedMs ?? 0) > LONG_MS;
  const work = { photoId: photo.id, since: performance.now(), expectedMs: isLong ? undefined : expectedMs };
  session.encoding.value = work;
  try {
    // Seen first, then prepared: on two cores the engine would take the frame's time.
    await whenSeen(photo.id);
    if (session.photoId.value !== photo.id) return;
    if (isLong && (await prepareDraft(photo))) return;
    await prepare(photo);
  } catch (error) {
    reportEncoding(error, photo);
  } finally {
    if (session.encoding.value === work) session.encoding.value = null;
  }
}

/** Whether there is one now. */
async function prepareDraft(photo: PhotoDoc): Promise<boolean> {
  const model = session.model.value;
  const input = photoInput(photo);
  if (!input || !model || model.draftSize === null || draftless.has(model.name)) return false;
  try {
    await session.engine().encode({ photo: input, isDraft: true });
  } catch {
    // No draft, then; if the photo cannot be read, the whole of it says so.
    draftless.add(model.name);
    return false;
  }
  if (session.model.value !== model) return true;
  know(photo, "draft");
  session.announcement.value = fill(words().done.draftReady, { name: photo.name });
  return true;
}

/** Replaces a draft; masks of prompts that are there are made again. */
async function refine(photo: PhotoDoc): Promise<void> {
  if (session.refining.value?.photoId === photo.id) return;
  const own = new AbortController();
  controller = own;
  const work = { photoId: photo.id, since: performance.now(), expectedMs: expectedEncodeMs() };
  session.refining.value = work;
  try {
    await prepare(photo, own.signal);
  } catch (error) {
    // Not again and again.
    if (session.refining.value === work) session.isDraftOnly.value = true;
    reportEncoding(error, photo);
  } finally {
    if (session.refining.value === work) session.refining.value = null;
  }
}

async function prepare(photo: PhotoDoc, signal?: AbortSignal): Promise<void> {
  const input = photoInput(photo);
  if (!input) return;
  const model = session.model.value;
  performance.mark("sam2js:encode");
  const { elapsedMs } = await session.engine().encode({ photo: input, isDraft: false }, { signal });
  if (session.model.value !== model) return;
  if (model?.encodes === "here") noteTiming({ encodeMs: elapsedMs });
  know(photo, "full");
  session.announcement.value = fill(words().done.ready, { name: photo.name });
}

function know(photo: PhotoDoc, how: session.Knowledge): void {
  batch(() => {
    session.encoded.value = new Map([...session.encoded.value, [photo.id, how]]);
    session.hover.value = null;
  });
}

function reportEncoding(error: unknown, photo: PhotoDoc): void {
  if (leaveRemote(error, photo.name)) return;
  const isOutOfMemory = Sam2Error.isInstance(error) && error.code === "OUT_OF_MEMORY";
  const side = session.model.value?.draftSize;
  const draft = session.dismissing(() => {
    session.isDraftOnly.value = true;
    void encode(photo);
  });
  const remedy =
    isOutOfMemory && side
      ? { label: fill(words().remedy.useSide, { side: `${side}` }), run: draft }
      : { label: words().remedy.again, run: session.dismissing(() => void encode(photo)) };
  report(error, words().wrong.photo, remedy);
}

/** Ends once a photo is on screen, or after a moment where it does not come to that. */
function whenSeen(id: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (seenPhotoId.value === id) resolve();
    });
    setTimeout(() => {
      stop();
      resolve();
    }, MOST_WAIT_MS);
  });
}
