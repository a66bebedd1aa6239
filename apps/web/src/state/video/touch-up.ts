import { batch } from "@preact/signals";
import { setFrameMask } from "../../domain/commands.js";
import { findObject, findPhoto, NO_CLEAN_UP, type Stroke } from "../../domain/document.js";
import { words } from "../../words/words.js";
import { report } from "../problems.js";
import * as session from "../session.js";
import { rememberViews } from "./playback.js";
import { currentTracks } from "./tracks.js";

let work: Promise<void> = Promise.resolve();

/** A stroke over the chosen object on the frame that is seen, or a new object of it. The result is what the object is there, and is followed from there on. */
export function paintOnFrame(stroke: Omit<Stroke, "id">): void {
  const { photoId, frame } = session;
  const [id, at] = [photoId.value, frame.value];
  // One after the other: each lies over the one before.
  work = work.then(() => paint(id, at, stroke)).catch((error) => report(error, words().wrong.touchUp));
}

async function paint(photoId: string | null, frame: number, stroke: Omit<Stroke, "id">): Promise<void> {
  const photo = findPhoto(session.doc.value, photoId);
  const chosen = findObject(session.doc.value, photoId, session.objectId.value);
  if (!photo || (!chosen && stroke.isErase)) return;
  const objectId = chosen?.id ?? session.newId("object");
  const found = currentTracks.value.get(objectId)?.frames[frame];
  const given = chosen?.frames[frame]?.mask;
  const rle = given?.rle ?? (found && found.score > 0 ? found.rle : null);
  const view = await session.engine().compose({
    rle,
    size: [photo.height, photo.width],
    strokes: [{ ...stroke, id: "stroke" }],
    cleanUp: NO_CLEAN_UP,
  });
  const mask = { id: session.newId("mask"), rle: view.rle, score: 1 };
  rememberViews([view]);
  batch(() => {
    session.dispatch(
      setFrameMask(
        { photoId: photo.id, objectId, frame, label: session.nextClass.value },
        stroke.isErase ? "erase" : "brush",
        mask,
      ),
    );
    session.endStep();
    session.objectId.value = objectId;
  });
}
