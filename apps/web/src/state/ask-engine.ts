import { EngineError } from "@sam2js/core";
import type { RefinedAnswer, SeenRle } from "../domain/document.js";
import type { DecodeAnswer, DecodeRequest, SegmentEngine } from "../protocol/engine.js";

/** After more corrections than these, nobody waits for all answers to be made again. */
const MOST_AGAIN = 4;
/** So often an answer is made again that others push out before it is refined. */
const MOST_TRIES = 3;

/** What is known of an answer that is refined. */
export interface RefinedSource {
  /** How it is asked for; undefined where the input is not at hand. */
  toRequest(base: RefinedAnswer): DecodeRequest | undefined;
  /** The mask that was seen of it. */
  seen(base: RefinedAnswer): SeenRle | undefined;
}

/**
 * Asks the engine for an answer. The engine keeps the logits of the newest answers alone. So the answer to refine may be gone: it is old, of
 * another model, or of another day. Then the engine makes it again first, and the one before it too, as far back as it takes. Where that is far,
 * or where others push it out again and again, the mask that was seen is refined in its place. So the first click of a day, or after a change of model, costs what any other does.
 *
 * @param base  what the request refines
 */
export async function askEngine(
  engine: Pick<SegmentEngine, "decode">,
  request: DecodeRequest,
  base: RefinedAnswer | null,
  source: RefinedSource,
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<DecodeAnswer> {
  const answer = await engine.decode(request, options);
  if (answer) return answer;
  const seen = base && source.seen(base);
  const isRemade = base !== null && !(seen && isFar(base));
  for (let i = 0; isRemade && i < MOST_TRIES; i++) {
    const lost = source.toRequest(base);
    if (!lost) break;
    await askEngine(engine, lost, base.base, source, options);
    // Another model may have come meanwhile, by whose answer the request is refined then.
    const refined = request.base && { ...request.base, key: lost.key };
    const again = await engine.decode({ ...request, base: refined }, options);
    if (again) return again;
  }
  const withoutBase = { ...request, base: null, ...(seen && { hint: seen }) };
  const again = await engine.decode(withoutBase, options);
  if (again) return again;
  throw new EngineError(
    "answer: expected the engine to keep the answer that is refined, got none; click once more",
    {
      expected: request.base?.key,
      got: null,
    },
  );
}

/** Whether more answers are under this one than are made again. */
function isFar(base: RefinedAnswer): boolean {
  let under: RefinedAnswer | null = base;
  for (let i = 0; i < MOST_AGAIN && under; i++) under = under.base;
  return under !== null;
}
