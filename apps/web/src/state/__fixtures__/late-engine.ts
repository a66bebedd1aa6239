import type { SeenRle } from "../../domain/document.js";
import type {
  Candidate,
  ComposeRequest,
  DecodeAnswer,
  DecodeRequest,
  MaskView,
  ModelInfo,
  PhotoInput,
  ProjectParts,
  SegmentEngine,
} from "../../protocol/engine.js";
import { toMaskView, toRle } from "../../workers/mask-view.js";

/** Side of all photos, in pixels. */
export const SIDE = 160;
/** Answers whose logits are kept. */
const KEPT = 4;

/** What a mask was made of. */
export type Made =
  | { readonly kind: "answer"; readonly by: string; readonly request: DecodeRequest }
  | { readonly kind: "work"; readonly request: ComposeRequest }
  | { readonly kind: "subject"; readonly photo: PhotoInput };

/**
 * An engine that answers when it is told to, in any order, with masks that tell what they were made of. As of any model, equal requests have
 * equal answers.
 */
export class LateEngine {
  /** How many photos were asked about. */
  decodes = 0;
  model: ModelInfo = modelNamed("nano");
  readonly #waiting: (() => void)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #made: Made[] = [];
  readonly #kept = new Map<string, string[]>();
  readonly #packed = new WeakMap<Blob, ProjectParts>();

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets one call end. @param random  0 to 1 */
  letGo(random: number): void {
    this.#waiting.splice(Math.floor(random * this.#waiting.length), 1)[0]?.();
  }

  /** What a mask was made of; undefined of one that was made of others. */
  madeOf({ rle }: { readonly rle: SeenRle }): Made | undefined {
    const { counts } = toRle(rle);
    return counts.length === 3 && counts[1] === 3 ? this.#made[(counts[0] ?? 0) / 2] : undefined;
  }

  readonly engine = {
    load: async () => this.model,
    makeWay: async () => undefined,
    adopt: async () => undefined,
    encode: async (_, options) => {
      await this.#turn(options?.signal);
      return { elapsedMs: 1 };
    },
    decode: async (request, options) => {
      const { draftSize, name } = this.model;
      const by = request.isDraft ? `${name}@${draftSize}` : name;
      const { key, photo, points, box, base, isMultimask, hint } = request;
      const refined = base ? this.#kept.get(`${base.key}`) : undefined;
      await this.#turn(options?.signal);
      if (base && !refined) return null;
      this.decodes += 1;
      const asked = points.map(({ x, y, isInclude }) => [x, y, isInclude]);
      const under = base ? refined?.[base.choice] : hint && textOf(hint);
      const number = (i: number) =>
        this.#number(JSON.stringify([by, photo.id, asked, box, under, isMultimask, i]), {
          kind: "answer",
          by,
          request,
        });
      const candidates = (isMultimask ? [0, 1, 2] : [0]).map(
        (i): Candidate => ({ view: viewOf(number(i)), score: 0.5 + i / 10 }),
      );
      const answer: DecodeAnswer = { candidates, best: candidates.length - 1, by, elapsedMs: 1 };
      this.#keep(
        `${key}`,
        candidates.map(({ view }) => textOf(view.rle)),
      );
      return answer;
    },
    draw: async (masks) => {
      await this.#turn();
      return masks.map((mask) => toMaskView(toRle(mask)));
    },
    compose: async (request, options) => {
      await this.#turn(options?.signal);
      const { rle, strokes, cleanUp } = request;
      if (rle && strokes.length === 0 && cleanUp.holes === 0) return toMaskView(toRle(rle));
      const text = JSON.stringify([rle && textOf(rle), strokes.map(({ path }) => path), cleanUp]);
      return viewOf(this.#number(text, { kind: "work", request }));
    },
    subject: async (photo, options) => {
      await this.#turn(options?.signal);
      return { view: viewOf(this.#number(`subject ${photo.id}`, { kind: "subject", photo })), score: 0.95 };
    },
    packProject: async (parts) => {
      const blob = new Blob(["project"]);
      this.#packed.set(blob, parts);
      return blob;
    },
    unpackProject: async (file) => {
      await this.#turn();
      return this.#packed.get(file) ?? { json: "", photos: [] };
    },
  } satisfies Partial<SegmentEngine> as Partial<SegmentEngine> as SegmentEngine;

  async #turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  #number(text: string, made: Made): number {
    const number = this.#numbers.get(text) ?? this.#made.push(made) - 1;
    this.#numbers.set(text, number);
    return number;
  }

  #keep(key: string, masks: string[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, masks);
    for (const oldest of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(oldest);
  }
}

export function modelNamed(name: string): ModelInfo {
  return { name, device: "wasm", threads: 1, imageSize: SIDE, draftSize: SIDE / 2, encodes: "here" };
}

/** A mask in COCO's text, which differs where masks do. */
export function textOf(rle: SeenRle): string {
  return toRle(rle).counts.join(" ");
}

/** Three pixels at a place of its own, so that neighbours overlap. */
function viewOf(number: number): MaskView {
  const counts = Uint32Array.of(2 * number, 3, SIDE * SIDE - 2 * number - 3);
  return toMaskView({ size: [SIDE, SIDE], counts });
}
