import { EngineError } from "@sam2js/core";
import type { RefinedAnswer } from "../domain/document.js";
import type { DecodeAnswer, DecodeRequest, SegmentEngine } from "../protocol/engine.js";

/** How a request for an answer that is refined is made; undefined where the input is not at hand. */
export type RefinedRequest = (base: RefinedAnswer) => DecodeRequest | undefined;

/**
 * Asks the engine for an answer. The engine keeps the logits of the newest answers alone. So the answer to refine may be gone: it is old, or
 * of another model. Then the engine makes it again first, and the one before it too, as far back as it takes.
 *
 * @param base  what the request refines
 */
export async function askEngine(
  engine: Pick<SegmentEngine, "decode">,
  request: DecodeRequest,
  base: RefinedAnswer | null,
  toRequest: RefinedRequest,
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<DecodeAnswer> {
  const answer = await engine.decode(request, options);
  if (answer) return answer;
  const lost = base && toRequest(base);
  if (lost) await askEngine(engine, lost, base.base, toRequest, options);
  const again = await engine.decode(lost ? request : { ...request, base: null }, options);
  if (again) return again;
  throw new EngineError(
    "answer: expected the engine to keep the answer that is refined, got none; click once more",
    {
      expected: request.base?.key,
      got: null,
    },
  );
}
