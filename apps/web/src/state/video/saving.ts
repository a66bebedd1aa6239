import type { Doc, PhotoDoc } from "../../domain/document.js";
import { packTracks, unpackTracks } from "../../domain/saved-tracks.js";
import { VideoError } from "../../domain/video-error.js";
import { fill, words } from "../../words/words.js";
import { picker } from "../picker.js";
import { report } from "../problems.js";
import { awaitFile, fileOf, reopenVideo } from "./open-video.js";
import { restoreTrack, tracksOf, tracksVersion } from "./tracks.js";

/** Of the room that the browser has left, a video may take this part. */
const MOST_OF_ROOM = 0.6;

/** One file to keep beside a project. */
export interface KeptFile {
  readonly name: string;
  readonly blob: () => Promise<Blob>;
  /** Of a file that changes: another number, another content. Others are written once. */
  readonly version?: number;
}

/**
 * The videos of a document, with what was found in them. A video that is too large for the browser's room is asked for again.
 *
 * @param there  names of files that are kept already
 */
export async function videoFiles(doc: Doc, there: ReadonlySet<string>): Promise<KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const photo of doc.photos) {
    if (photo.video?.kind !== "file") continue;
    const tracks = async () => tracksFile(photo);
    kept.push({ name: tracksName(photo.id), blob: tracks, version: tracksVersion.value });
    const file = fileOf(photo.id);
    if (!file) continue;
    if (there.has(photo.id) || (await hasRoom(file.size)))
      kept.push({ name: photo.id, blob: async () => file });
  }
  return kept;
}

/** What was found in the videos of a document. */
export function trackFiles({ photos }: Doc): { readonly id: string; readonly blob: Blob }[] {
  return photos
    .filter(({ video }) => video?.kind === "file")
    .map((photo) => ({ id: tracksName(photo.id), blob: tracksFile(photo) }));
}

function tracksFile(photo: PhotoDoc): Blob {
  return packTracks([photo.height, photo.width], tracksOf(photo));
}

/** Names of the files that there may be of a video, beside the video itself. */
export function namesOf({ id }: Pick<PhotoDoc, "id">): readonly string[] {
  return [tracksName(id)];
}

/**
 * Opens saved videos again.
 *
 * @returns  those whose files are there; those that are missing or cannot be read wait until their files are opened
 */
export async function reopenVideos(
  videos: readonly PhotoDoc[],
  blobs: ReadonlyMap<string, Blob>,
): Promise<PhotoDoc[]> {
  const opened: PhotoDoc[] = [];
  for (const video of videos) {
    const tracks = blobs.get(tracksName(video.id));
    if (tracks) await restoreTracks(video, tracks);
    const blob = blobs.get(video.id);
    const file = blob && new File([blob], video.name, { type: blob.type });
    const again = file && (await reopenVideo(video, file).catch(() => undefined));
    if (again) opened.push(again);
    else askFor(video);
  }
  return opened;
}

async function restoreTracks(video: PhotoDoc, blob: Blob): Promise<void> {
  try {
    const found = await unpackTracks(blob);
    for (const object of video.objects) restoreTrack(object, found.get(object.id) ?? { by: "", frames: [] });
  } catch (error) {
    report(error, words().wrong.tracks);
  }
}

function askFor(video: PhotoDoc): void {
  awaitFile(video);
  report(
    new VideoError(
      `${video.name}: expected its file, which is not kept with the project; open it again`,
      {},
      "FILE_WANTED",
    ),
    fill(words().wrong.videoWanted, { name: video.name }),
    { label: words().remedy.open, run: () => picker.open() },
  );
}

async function hasRoom(sizeBytes: number): Promise<boolean> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return sizeBytes < MOST_OF_ROOM * (quota - usage);
}

function tracksName(id: string): string {
  return `${id}-tracks`;
}
