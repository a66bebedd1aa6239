import { rleBox } from "@sam2js/masks";
import type { VideoTrackItem } from "../clip-service.js";

/**
 * MOT Challenge text: frame, id, left, top, width, height, confidence, −1, −1, −1; frames and ids from 1 on, pixels from 1 on as in the
 * challenge's own files. Only frames where an object is seen.
 *
 * @see https://motchallenge.net/instructions/
 */
export function toMot(items: readonly Pick<VideoTrackItem, "masks">[]): string {
  const rows = items.flatMap(({ masks }, at) =>
    masks.map(({ frame, rle, score }) => {
      const [x0, y0, x1, y1] = rleBox(rle);
      const confidence = 1 / (1 + Math.exp(-score));
      return {
        frame,
        at,
        text: [
          frame + 1,
          at + 1,
          x0 + 1,
          y0 + 1,
          x1 - x0 + 1,
          y1 - y0 + 1,
          confidence.toFixed(4),
          -1,
          -1,
          -1,
        ].join(","),
      };
    }),
  );
  rows.sort((a, b) => a.frame - b.frame || a.at - b.at);
  return rows.map(({ text }) => `${text}\n`).join("");
}
