import { randomBytes } from "node:crypto";
import { InputError } from "@sam2js/core";
import { isLost } from "../../engine/engine.js";
import type { LoadedVideoModel } from "../../engine/load-model.js";
import type { Tasks } from "../api/tasks.js";
import type { AgentFunction, RequestWork } from "./agent-function.js";
import { Recent } from "./recent.js";
import type { AgentRequest, TrackableShape } from "./requests.js";
import { isShapeType, SHAPE_TYPES, type ShapeType, toShapes } from "./shapes.js";
import { TrackSession } from "./track-session.js";

/** An object that CVAT knows by a state's id. */
interface TrackState {
  readonly session: TrackSession;
  readonly type: ShapeType;
}

/** Objects that are followed at the same time, of all tasks: 7 MiB each at 1024 pixels, and 24 MiB of features for each session. */
const MAX_STATES = 64;
/** As long as CVAT's own agent keeps them. */
const MAX_AGE_MS = 8 * 3_600_000;

/** Follows shapes from frame to frame, in either direction. States stay in this process; CVAT has their ids. */
export class Tracker implements AgentFunction<"init_tracking" | "track"> {
  readonly kind = "tracker";
  readonly accepts = ["init_tracking", "track"] as const;
  readonly fields = { supported_shape_types: [...SHAPE_TYPES] };
  readonly #load: () => Promise<LoadedVideoModel>;
  readonly #tasks: Tasks;
  readonly #states: Recent<TrackState>;
  #loaded: LoadedVideoModel;

  private constructor(
    load: () => Promise<LoadedVideoModel>,
    loaded: LoadedVideoModel,
    tasks: Tasks,
    maxStates: number,
  ) {
    this.#load = load;
    this.#loaded = loaded;
    this.#tasks = tasks;
    this.#states = new Recent(maxStates, MAX_AGE_MS, ({ session }, id) => session.remove(id));
  }

  /** @param load  loads the model, and again where its engine was lost */
  static async create(
    load: () => Promise<LoadedVideoModel>,
    tasks: Tasks,
    maxStates = MAX_STATES,
  ): Promise<Tracker> {
    return new Tracker(load, await load(), tasks, maxStates);
  }

  async run(request: AgentRequest<"init_tracking" | "track">, { signal }: RequestWork): Promise<object> {
    try {
      return await (request.type === "track" ? this.#track(request, signal) : this.#begin(request, signal));
    } catch (error) {
      if (isLost(error)) await this.#reload();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    this.#states.clear();
    await this.#loaded.model.dispose();
  }

  async #begin({ task, frame, shapes }: AgentRequest<"init_tracking">, signal: AbortSignal): Promise<object> {
    const types = shapes.map(({ type }) => {
      if (isShapeType(type)) return type;
      throw InputError.expected("shape", SHAPE_TYPES.join(", "), type);
    });
    const known = this.#states.values().find(({ session }) => session.takes(task, frame, shapes.length));
    const session = known?.session ?? (await TrackSession.begin(task, this.#loaded, this.#tasks, signal));
    const states = shapes.map(() => randomBytes(32).toString("base64url"));
    await session.add(frame, new Map(zip(states, shapes)), signal);
    for (const [id, type] of zip(states, types)) this.#states.set(id, { session, type });
    return { states };
  }

  async #track({ task, frame, states }: AgentRequest<"track">, signal: AbortSignal): Promise<object> {
    const found = states.map((id) => [id, this.#stateOf(id, task)] as const);
    const shapes = new Map<string, TrackableShape | undefined>();
    for (const session of new Set(found.map(([, state]) => state.session))) {
      const own = found.filter(([, state]) => state.session === session);
      const masks = await session.find(
        frame,
        own.map(([id]) => id),
        signal,
      );
      for (const [id, { type }] of own) {
        const mask = masks.get(id);
        shapes.set(id, mask && toShapes(mask, type)[0]);
      }
    }
    return { states, shapes: states.map((id) => shapes.get(id) ?? null) };
  }

  #stateOf(id: string, task: number): TrackState {
    const state = this.#states.get(id);
    if (state?.session.task === task) return state;
    const next = "this agent forgot it, or was started again: begin tracking anew";
    throw InputError.expected("states", `ids of objects of task ${task}`, "an unknown one", next);
  }

  async #reload(): Promise<void> {
    this.#states.clear();
    await this.#loaded.model.dispose().catch(() => undefined); // it is lost
    this.#loaded = await this.#load();
  }
}

function zip<A, B>(a: readonly A[], b: readonly B[]): [A, B][] {
  return a.map((each, index) => [each, b[index] as B]);
}
