/**
 * Puts down what was found on frame 0 as the result of the frames after it, as if the objects had been tracked there: memory is then as full as
 * it gets, without the minutes that tracking takes. Reaches into the session.
 *
 * @param {import("@sam2js/video").Sam2VideoInferenceSession} session
 * @param {number} frames  of memory and pointers
 */
export function fillMemory(session, frames) {
  for (const object of session.state.objects.values()) {
    const record = object.conditioning.get(0);
    for (let frame = 1; frame < frames; frame++) {
      object.tracked.set(frame, { ...record, logits: undefined });
      object.visited.add(frame);
    }
  }
}
