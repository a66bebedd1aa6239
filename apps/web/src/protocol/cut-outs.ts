/** Files that cut-outs are written as. */
export type PictureType = "image/png" | "image/webp" | "image/jpeg";

/** What is behind a cut-out: nothing, a colour, or the photo itself without the object, blurred. */
export type GroundKind = "transparent" | "colour" | "blur";

/** How objects are cut out of photos. */
export interface CutOutLooks {
  /** All objects of a photo in one picture; else a picture for each. */
  readonly isTogether: boolean;
  /** Only as large as the object; else as large as the photo. */
  readonly isCropped: boolean;
  /** Room around the object's box in pixels of the photo, >= 0. */
  readonly margin: number;
  /** How far the edge reaches to each side in pixels, 0 = each pixel is in or out. */
  readonly softEdge: number;
  readonly ground: GroundKind;
  /** Of the ground: `#rrggbb`. */
  readonly colour: string;
  /** How far the blur reaches, as a share of the photo's longer side: 0.005 to 0.1. */
  readonly blur: number;
  readonly type: PictureType;
  /** Of WebP and JPEG, 0 to 1. */
  readonly quality: number;
}
