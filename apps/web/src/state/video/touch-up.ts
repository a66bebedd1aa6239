import { setFrameMask } from "../../domain/commands.js";
import { findObject, findPhoto, NO_CLEAN_UP, type Stroke } from "../../domain/document.js";
import { words } from "../../words/words.js";
import { report } from "../problems.js";
import * as session from "../session.js";
import { rememberViews } from "./playback.js";
import { currentTracks } from "./tracks.js";

let work: Promise<void> = Promise.resolve();
/** Objects whose first stroke is on its way. */
const begun = new Set<string>();

/** What a stroke was drawn on, whatever is chosen by the time that it is computed. */
interface Painted {
  readonly photoId: string;
  readonly objectId: string;
  readonly frame: number;
  readonly label: string;
}

/** A stroke over the chosen object on the frame that is seen, or a new object of it. The result is what the object is there, and is followed from there on. */
export function paintOnFrame(stroke: Omit<Stroke, "id">): void {
  const photoId = session.photoId.value;
  const chosen = session.objectId.value;
  const isThere = chosen !== null && (session.object.value !== undefined || begun.has(chosen));
  if (photoId === null || (!isThere && stroke.isErase)) return;
  const objectId = isThere ? chosen : session.newId("object");
  if (!isThere) begun.add(objectId);
  session.objectId.value = objectId;
  const on = { photoId, objectId, frame: session.frame.value, label: session.nextClass.value };
  // One after the other: each lies over the one before.
  work = work.then(() => paint(on, stroke)).catch((error) => report(error, words().wrong.touchUp));
}

async function paint(on: Painted, stroke: Omit<Stroke, "id">): Promise<void> {
  const { photoId, objectId, frame } = on;
  const photo = findPhoto(session.doc.value, photoId);
  const objectOf = () => findObject(session.doc.value, photoId, objectId);
  const isNew = begun.delete(objectId);
  if (!photo || !(isNew || objectOf())) return;
  const found = currentTracks.value.get(objectId)?.frames[frame];
  const given = objectOf()?.frames[frame]?.mask;
  const rle = given?.rle ?? (found && found.score > 0 ? found.rle : null);
  const view = await session.engine().compose({
    rle,
    size: [photo.height, photo.width],
    strokes: [{ ...stroke, id: "stroke" }],
    cleanUp: NO_CLEAN_UP,
  });
  if (!(isNew || objectOf())) return;
  const mask = { id: session.newId("mask"), rle: view.rle, score: 1 };
  rememberViews([view]);
  session.dispatch(setFrameMask(on, stroke.isErase ? "erase" : "brush", mask));
  session.endStep();
}
