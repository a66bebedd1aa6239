/** What the user pointed at: one object of an image. */
export interface PromptObject {
  /** The user's own name or number for it. */
  readonly id: string;
  /** (x, y) in pixels of the image. */
  readonly points: readonly (readonly [number, number])[];
  /** 1 inside, 0 outside, one per point. */
  readonly labels: readonly number[];
  /** x0, y0, x1, y1 in pixels of the image. */
  readonly box?: readonly [number, number, number, number] | undefined;
  /** Path of a mask to start from: a picture, or a `.npy` of logits. */
  readonly mask?: string | undefined;
  /** What kind of thing it is, for data sets. */
  readonly category?: string | undefined;
}

/** What data sets take an object for: its category, or its name where it is no mere number. */
export function categoryOf({ id, category }: Pick<PromptObject, "id" | "category">): string {
  return category ?? (/^\d+$/.test(id) ? "object" : id);
}
