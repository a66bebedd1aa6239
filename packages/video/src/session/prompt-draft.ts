import { PromptShapeError } from "../errors.js";
import { MAX_CONDITIONING_FRAMES, MAX_OBJECTS } from "../limits.js";
import type { ObjectId } from "../state/object-id.js";
import { type Prompt, TrackedObject } from "../state/tracked-object.js";
import { checkSameSize, type FrameSize } from "./session-frames.js";
import type { SessionState } from "./session-state.js";

/** Prompts that come to a session together: the session takes all of them, or none. */
export class PromptDraft {
  readonly #state: SessionState;
  readonly #prompts = new Map<ObjectId, Map<number, Prompt>>();
  #size: FrameSize | undefined;

  constructor(state: SessionState) {
    this.#state = state;
    this.#size = state.frames.size;
  }

  /** The prompt of an object on a frame as it will be. */
  get(id: ObjectId, frame: number): Prompt | undefined {
    return this.#prompts.get(id)?.get(frame) ?? this.#state.objects.get(id)?.prompts.get(frame);
  }

  /** Replaces the object's prompt on the frame; a new id makes a new object. */
  set(id: ObjectId, frame: number, prompt: Prompt): void {
    const prompts = this.#prompts.get(id) ?? new Map<number, Prompt>();
    this.#prompts.set(id, prompts.set(frame, prompt));
  }

  /** @throws {ShapeError} frames have another size */
  setSize(size: FrameSize): void {
    checkSameSize(size, this.#size, "originalSize");
    this.#size = size;
  }

  /** Hands everything to the session. @throws {PromptShapeError} too many objects, or too many frames of one */
  commit(): void {
    const { objects, frames } = this.#state;
    this.#checkRoom();
    if (this.#size) frames.setSize(this.#size, "originalSize");
    for (const [id, prompts] of this.#prompts) {
      const object = objects.get(id) ?? new TrackedObject(id);
      objects.set(id, object);
      for (const [frame, prompt] of prompts) {
        object.prompts.set(frame, prompt);
        object.pending.add(frame);
      }
    }
  }

  #checkRoom(): void {
    const { objects } = this.#state;
    const count = new Set([...objects.keys(), ...this.#prompts.keys()]).size;
    if (count > MAX_OBJECTS) {
      const next = "remove some, or use another session";
      throw PromptShapeError.expected("session", `at most ${MAX_OBJECTS} objects`, count, next);
    }
    for (const [id, prompts] of this.#prompts) {
      const before = objects.get(id)?.prompts.keys() ?? [];
      const { size } = new Set([...before, ...prompts.keys()]);
      if (size <= MAX_CONDITIONING_FRAMES) continue;
      throw new PromptShapeError(
        `object ${JSON.stringify(id)}: expected prompts on at most ${MAX_CONDITIONING_FRAMES} frames, got ${size}; clear some with session.clearInputs`,
        { id, expected: MAX_CONDITIONING_FRAMES, got: size },
      );
    }
  }
}
