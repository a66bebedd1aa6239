import type { PhotoDoc } from "../domain/document.js";
import type { ExportScope } from "./exporting.js";
import { missingIds } from "./missing.js";
import * as session from "./session.js";

/** What an export leaves out although somebody may look for it. */
export interface LeftOut {
  /** Objects that are hidden. */
  readonly hidden: number;
  /** Videos beside the photos: each is exported while it is shown. */
  readonly videos: number;
  /** Photos whose pictures are missing: their masks are exported where no pixels are needed. */
  readonly missing: number;
}

/** What an export of photos leaves out. */
export function leftOutOf(scope: ExportScope): LeftOut {
  const shown = session.photo.value;
  const photos = scope === "all" ? session.doc.value.photos : shown ? [shown] : [];
  const isMeant = (id: string) => scope !== "object" || session.chosenIds.value.has(id);
  return {
    hidden: photos.filter(({ video }) => !video).reduce((sum, photo) => sum + hiddenOf(photo, isMeant), 0),
    videos: photos.filter(({ video }) => video).length,
    missing: photos.filter(({ id }) => missingIds.value.has(id)).length,
  };
}

/** How many objects are hidden of those that are meant. */
export function hiddenOf({ objects }: PhotoDoc, isMeant: (id: string) => boolean): number {
  return objects.filter(({ id, isVisible }) => !isVisible && isMeant(id)).length;
}
