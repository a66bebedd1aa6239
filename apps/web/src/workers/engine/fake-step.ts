import { Mask } from "@sam2js/masks";
import type { BoxPrompt, PointPrompt } from "../../domain/document.js";
import type { FoundObject, FramePrompt, StepAnswer, StepRequest } from "../../protocol/video-engine.js";

type Discs = (
  size: { readonly width: number; readonly height: number },
  prompts: { readonly points: readonly PointPrompt[]; readonly box: BoxPrompt | null },
  radius: number,
) => Float32Array;

/** Of the videos of tests. */
const SIZE = { width: 320, height: 180 };

/** Discs that stand where the nearest prompt is, hidden for some frames. For tests of the page. */
export function fakeStep({ objects, objectIds, frame }: StepRequest, discs: Discs): StepAnswer {
  const found = objectIds.map((id): FoundObject => {
    const prompt = nearest(objects.find((object) => object.id === id)?.prompts ?? [], frame);
    const isHidden = frame % 40 >= 32 && prompt?.frame !== frame;
    const logits = discs(SIZE, prompt && !isHidden ? prompt : { points: [], box: null }, 9);
    const side = Math.sqrt(logits.length);
    const mask = Mask.fromLogits(
      { type: "float32", dims: [side, side], data: logits },
      [SIZE.height, SIZE.width],
      {},
    );
    return {
      id,
      rle: { size: [SIZE.height, SIZE.width], counts: Uint32Array.from(mask.counts) },
      score: isHidden ? -5 : 5,
      area: mask.area,
    };
  });
  return { frame, found, elapsedMs: 10 };
}

function nearest(prompts: readonly FramePrompt[], frame: number): FramePrompt | undefined {
  return [...prompts].sort((a, b) => Math.abs(a.frame - frame) - Math.abs(b.frame - frame))[0];
}
