import type { PhotoInput } from "../../protocol/engine.js";
import type { SegmenterPrompts } from "./segmenter.js";

const [WIDTH, HEIGHT] = [1200, 800];
/** Models that encode a photo of this side in a moment rehearse before there is one; with others it would be in the way. */
const MAX_EAGER_SIDE = 256;
/** So often each kind of prompt is asked: by then browsers have compiled once more, optimised, what is called often. */
const ROUNDS = 16;
/** Of it, what is asked of a model that takes long: every graph is loaded then. */
const LEAST_ROUNDS = 2;
/** What answering may take in all, beyond those. */
const MAX_MS = 1500;
/** Between two prompts: the page may want to do something. */
const PAUSE_MS = 10;

export function isEager(imageSize: number): boolean {
  return imageSize <= MAX_EAGER_SIDE;
}

/** A disc on a plain ground, to rehearse with. */
export async function rehearsalPhoto(): Promise<PhotoInput> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#789";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = "#c52";
    context.arc(WIDTH / 2, HEIGHT / 2, HEIGHT / 4, 0, 2 * Math.PI);
    context.fill();
  }
  return {
    id: "rehearsal",
    name: "rehearsal",
    blob: await canvas.convertToBlob(),
    width: WIDTH,
    height: HEIGHT,
  };
}

/** Prompts of each kind that people begin with, several times, so that the first true one finds every graph loaded and all code compiled. */
export class Rehearsal {
  #asked = 0;
  #spentMs = 0;
  #mask: Float32Array | undefined;

  get isOver(): boolean {
    const rounds = this.#asked / KINDS.length;
    return rounds >= ROUNDS || (rounds >= LEAST_ROUNDS && this.#spentMs > MAX_MS);
  }

  /**
   * Goes on where it was ended.
   *
   * @param decode  answers as for a person, and gives the logits of a mask
   * @param signal  ends it between two prompts: somebody asks in earnest
   */
  async goOn(
    photo: PhotoInput,
    decode: (prompts: SegmenterPrompts) => Promise<Float32Array | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!this.isOver && !signal.aborted) {
      const kind = KINDS[this.#asked % KINDS.length];
      const start = performance.now();
      const logits = kind && (await decode(kind(photo, this.#mask)));
      if (this.#asked % KINDS.length === 0) this.#mask = logits;
      this.#asked += 1;
      this.#spentMs += performance.now() - start;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

const KINDS: readonly ((size: PhotoInput, mask: Float32Array | undefined) => SegmenterPrompts)[] = [
  ({ width, height }) => ({
    points: [{ id: "include", x: width / 2, y: height / 2, isInclude: true }],
    box: null,
    mask: undefined,
    isMultimask: true,
  }),
  ({ width, height }, mask) => ({
    points: [
      { id: "include", x: width / 2, y: height / 2, isInclude: true },
      { id: "exclude", x: width / 8, y: height / 8, isInclude: false },
    ],
    box: null,
    mask,
    isMultimask: false,
  }),
  ({ width, height }) => ({
    points: [],
    box: { x0: width / 4, y0: height / 4, x1: (3 * width) / 4, y1: (3 * height) / 4 },
    mask: undefined,
    isMultimask: false,
  }),
];
