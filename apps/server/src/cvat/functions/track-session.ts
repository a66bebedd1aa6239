import { InputError } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { Sam2VideoInferenceSession } from "@sam2js/video";
import type { LoadedVideoModel } from "../../engine/load-model.js";
import type { Tasks } from "../api/tasks.js";
import type { TrackableShape } from "./requests.js";
import { toBox, toMask } from "./shapes.js";

/** Objects of one session share the encoded frames; more of them begin another. */
const MAX_OBJECTS = 64;

/** Objects of a task that are followed together, through those of its frames that are not deleted. */
export class TrackSession {
  readonly task: number;
  readonly #loaded: LoadedVideoModel;
  readonly #frames: readonly number[];
  readonly #session: Sam2VideoInferenceSession;
  /** Where each object was found last, as a place in `#frames`, and whether it went back in time to there. */
  readonly #places = new Map<string, { readonly place: number; readonly reverse: boolean }>();
  #last = -1;

  private constructor(task: number, loaded: LoadedVideoModel, frames: readonly number[], tasks: Tasks) {
    this.task = task;
    this.#loaded = loaded;
    this.#frames = frames;
    let [place, file]: [number, Promise<Buffer> | undefined] = [-1, undefined]; // read once for size and features
    this.#session = loaded.processor.initVideoSession({
      video: {
        length: frames.length,
        get(index, { signal = new AbortController().signal } = {}) {
          if (index !== place || !file) {
            [place, file] = [index, tasks.frame(task, frames[index] ?? -1, signal)];
            file.catch(() => {
              file = undefined;
            });
          }
          return file;
        },
      },
    });
  }

  /** A session without objects. */
  static async begin(
    task: number,
    loaded: LoadedVideoModel,
    tasks: Tasks,
    signal: AbortSignal,
  ): Promise<TrackSession> {
    return new TrackSession(task, loaded, await tasks.frames(task, signal), tasks);
  }

  /** Whether so many new objects may begin on a frame of a task here: those that are followed are there too. */
  takes(task: number, frame: number, count: number): boolean {
    return (
      task === this.task && this.#frames[this.#last] === frame && this.#places.size + count <= MAX_OBJECTS
    );
  }

  /** Begins objects on a frame. @throws {InputError} there is no such frame, or a shape is none */
  async add(frame: number, shapes: ReadonlyMap<string, TrackableShape>, signal: AbortSignal): Promise<void> {
    const frameIndex = this.#placeOf(frame);
    try {
      if (!this.#session.size) await this.#session.getFrame(frameIndex, { signal });
      for (const [id, shape] of shapes) await this.#prompt(frameIndex, id, shape);
      const objectIds = [...shapes.keys()];
      await this.#loaded.model.forward(this.#session, { frameIndex, objectIds, signal });
    } catch (error) {
      for (const id of shapes.keys()) this.remove(id);
      throw error;
    }
    for (const id of shapes.keys()) this.#places.set(id, { place: frameIndex, reverse: false });
    this.#last = frameIndex;
  }

  /** Finds objects on a frame. @returns  the masks of those that are seen */
  async find(frame: number, ids: readonly string[], signal: AbortSignal): Promise<Map<string, Mask>> {
    const frameIndex = this.#placeOf(frame);
    const found = new Map<string, Mask>();
    for (const reverse of [false, true]) {
      const objectIds = ids.filter((id) => this.#goesBack(id, frameIndex) === reverse);
      if (objectIds.length === 0) continue;
      const output = await this.#loaded.model.forward(this.#session, {
        frameIndex,
        objectIds,
        reverse,
        signal,
      });
      for (const [index, mask] of output.toMasks().entries()) {
        const id = `${output.objectIds[index]}`;
        this.#places.set(id, { place: frameIndex, reverse });
        if ((mask.objectScore ?? 1) > 0.5) found.set(id, mask);
      }
    }
    this.#last = frameIndex;
    return found;
  }

  /** Forgets an object, and the session with its last one. */
  remove(id: string): void {
    this.#places.delete(id);
    if (this.#session.objectIds.includes(id)) this.#session.removeObject(id);
    if (this.#places.size === 0) void this.#session.dispose();
  }

  /** Whether an object goes back in time to a frame; to the one where it is, as it came there. */
  #goesBack(id: string, frameIndex: number): boolean {
    const { place = frameIndex, reverse = false } = this.#places.get(id) ?? {};
    return frameIndex === place ? reverse : frameIndex < place;
  }

  #placeOf(frame: number): number {
    const place = this.#frames.indexOf(frame);
    if (place >= 0) return place;
    throw InputError.expected("frame", `one of task ${this.task} that is not deleted`, frame);
  }

  async #prompt(frameIndex: number, id: string, shape: TrackableShape): Promise<void> {
    const { processor } = this.#loaded;
    const target = { frameIndex, objectIds: id };
    if (shape.type === "rectangle") {
      processor.addInputsToInferenceSession(this.#session, { ...target, inputBoxes: [[toBox(shape)]] });
      return;
    }
    const mask = await toMask(shape, this.#session.size ?? [0, 0]);
    if (mask.area === 0) throw InputError.expected("shape", "one with pixels inside", "none");
    processor.addInputsToInferenceSession(this.#session, { ...target, inputMasks: [mask] });
  }
}
