/** A category with the number that COCO files give it. */
export interface BatchCategory {
  /** From 0 on. */
  readonly id: number;
  /** What it is called. */
  readonly name: string;
}
