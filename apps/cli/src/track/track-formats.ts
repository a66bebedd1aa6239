/** What tracks can be written as. */
export const TRACK_FORMATS = ["mp4", "webm", "gif", "png", "coco", "mot", "rle"] as const;

export type TrackFormat = (typeof TRACK_FORMATS)[number];
