import type { Sam2VideoInferenceSession, Sam2VideoProcessor } from "@sam2js/video";
import type { FramePrompt, ObjectPrompts } from "../../protocol/video-engine.js";

/** Which prompts a session was told, so that only changes are told again. */
export class TakenPrompts {
  /** Prompt by object and frame, as text. */
  readonly byObject = new Map<string, Map<number, string>>();
  /** Prompted frames that no step has computed yet. */
  readonly #fresh = new Map<string, Set<number>>();

  freshFrames(id: string): number[] {
    return [...(this.#fresh.get(id) ?? [])].sort((a, b) => a - b);
  }

  noteUsed(id: string, frame: number): void {
    this.#fresh.get(id)?.delete(frame);
  }

  noteTaken(id: string, frame: number, text: string): void {
    const prompts = this.byObject.get(id) ?? new Map<number, string>();
    this.byObject.set(id, prompts.set(frame, text));
    this.#fresh.set(id, (this.#fresh.get(id) ?? new Set<number>()).add(frame));
  }

  forget(id: string): void {
    this.byObject.delete(id);
    this.#fresh.delete(id);
  }
}

/**
 * Brings a session's prompts to what is wanted. New and changed prompts are added; where one was taken back the object is begun anew, since
 * what it led to would be remembered otherwise.
 *
 * @param isLive  of a camera, whose earlier frames are gone
 */
export function syncPrompts(
  processor: Pick<Sam2VideoProcessor, "addInputsToInferenceSession">,
  session: Sam2VideoInferenceSession,
  taken: TakenPrompts,
  objects: readonly ObjectPrompts[],
  isLive: boolean,
): void {
  const wanted = new Map(objects.map((object) => [object.id, object]));
  for (const [id, frames] of taken.byObject) {
    const prompts = wanted.get(id)?.prompts ?? [];
    const isTakenBack = [...frames.keys()].some((frame) => !prompts.some((prompt) => prompt.frame === frame));
    if (!isTakenBack) continue;
    if (isLive && prompts.length > 0) {
      // Earlier frames are gone, so the object cannot begin anew.
      for (const frame of frames.keys()) {
        if (prompts.some((prompt) => prompt.frame === frame)) continue;
        session.clearInputs(id, frame);
        frames.delete(frame);
      }
      continue;
    }
    if (session.objectIds.includes(id)) session.removeObject(id);
    taken.forget(id);
  }
  for (const { id, prompts } of objects) {
    for (const prompt of prompts) {
      const text = JSON.stringify([
        prompt.points.map(({ x, y, isInclude }) => [x, y, isInclude]),
        prompt.box,
        prompt.mask?.id,
      ]);
      if (taken.byObject.get(id)?.get(prompt.frame) === text) continue;
      processor.addInputsToInferenceSession(session, { objectIds: [id], ...toInputs(prompt) });
      taken.noteTaken(id, prompt.frame, text);
    }
  }
}

function toInputs({ frame, points, box, mask }: FramePrompt) {
  if (mask) return { frameIndex: frame, inputMasks: mask.rle };
  return {
    frameIndex: frame,
    ...(points.length > 0 && {
      inputPoints: [[points.map(({ x, y }) => [x, y])]],
      inputLabels: [[points.map(({ isInclude }) => (isInclude ? 1 : 0))]],
    }),
    ...(box && { inputBoxes: [[[box.x0, box.y0, box.x1, box.y1]]] }),
  };
}
