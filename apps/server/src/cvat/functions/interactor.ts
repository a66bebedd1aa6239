import { assert, NotFoundError } from "@sam2js/core";
import { toCvatMask } from "@sam2js/masks";
import type { PictureLease } from "../../engine/embedding-cache.js";
import type { Engine } from "../../engine/engine.js";
import type { Tasks } from "../api/tasks.js";
import { toObjectPrompt } from "../prompts.js";
import type { AgentFunction, RequestWork } from "./agent-function.js";
import { Recent } from "./recent.js";
import type { AgentRequest } from "./requests.js";

/** Frames whose embeddings are known by id; the embeddings themselves have a limit of bytes. */
const MAX_FRAMES = 1000;
/** A frame of a task may be replaced in CVAT; its own agent keeps frames as long. */
const MAX_AGE_MS = 600_000;

/** Points and boxes on a frame become a mask. Each frame is fetched and encoded once. */
export class Interactor implements AgentFunction<"interact"> {
  readonly kind = "interactor";
  readonly accepts = ["interact"] as const;
  readonly fields = { min_pos_points: 0, min_neg_points: 0, startswith_box_optional: true };
  readonly #engine: Engine;
  readonly #tasks: Tasks;
  readonly #maxPoints: number;
  /** Ids of embeddings by task, frame and part. */
  readonly #ids = new Recent<string>(MAX_FRAMES, MAX_AGE_MS);

  constructor(engine: Engine, tasks: Tasks, { maxPoints }: { readonly maxPoints: number }) {
    this.#engine = engine;
    this.#tasks = tasks;
    this.#maxPoints = maxPoints;
  }

  async run(request: AgentRequest<"interact">, { signal }: RequestWork): Promise<object> {
    const prompt = toObjectPrompt(request, this.#maxPoints);
    await using picture = await this.#picture(request, signal);
    const [found] = await this.#engine.segment(picture, [prompt], { signal });
    assert(found, "an object has a mask");
    const { mask } = found;
    return { shapes: mask.area > 0 ? [{ type: "mask", points: toCvatMask(mask), attributes: [] }] : [] };
  }

  async dispose(): Promise<void> {
    this.#ids.clear();
  }

  async #picture({ task, frame, roi }: AgentRequest<"interact">, signal: AbortSignal): Promise<PictureLease> {
    const key = JSON.stringify([task, frame, roi ?? []]);
    const id = this.#ids.get(key);
    const known = id === undefined ? undefined : await this.#find(id, signal);
    if (known) return known;
    const picture = await this.#engine.encode(await this.#tasks.frame(task, frame, signal, roi), signal);
    this.#ids.set(key, picture.id);
    return picture;
  }

  /** Embeddings that are still there. */
  #find(id: string, signal: AbortSignal): Promise<PictureLease | undefined> {
    return this.#engine.find(id, signal).catch((error) => {
      if (NotFoundError.isInstance(error)) return undefined;
      throw error;
    });
  }
}
