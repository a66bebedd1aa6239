export { safeName, uniqueNames } from "./files/safe-name.js";
export {
  compareNames,
  describeLeftOut,
  isOwnResult,
  isPictureName,
  type LeftOut,
  type LeftOutReason,
  PICTURE_ENDINGS,
  type SortedFolder,
  sortFolder,
} from "./files/sort-folder.js";
export { baseName, fileNames, isUrl, shownSource, stemOf } from "./files/source-names.js";
export {
  FrameReader,
  type FrameReaderOptions,
  type FrameRun,
  type ReadableFrame,
} from "./video/frame-reader.js";
export type { ReadOptions } from "./video/frame-times.js";
export { openVideo } from "./video/open-video.js";
export { sampleToRgb } from "./video/sample-rgb.js";
export { feedSound, type SoundFeed, type TimedSound } from "./video/sound-feed.js";
export { type StallOptions, untilStalled } from "./video/stall.js";
export { stretch } from "./video/stretch.js";
export { turn } from "./video/turn.js";
export { videoError } from "./video/video-error.js";
export type { DecodedFrame, VideoFile } from "./video/video-file.js";
export type { VideoSound } from "./video/video-sound.js";
export { rgbToI420, WRITTEN_COLOURS } from "./video/yuv.js";
