import { InputError } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import type { Engine } from "../../engine/engine.js";
import type { TaskLabel, TaskShape, Tasks } from "../api/tasks.js";
import type { AgentFunction, RequestWork } from "./agent-function.js";
import type { AgentRequest } from "./requests.js";
import { isShapeType, type ShapeType, toBox, toShapes } from "./shapes.js";

type Detection = AgentRequest<"annotate_frame" | "annotate_task">;

/** What a detector looks for: everything in a frame, or what is in the rectangles that were drawn on it. */
export type DetectorMode = "everything" | "boxes";

/** A mask that was found, and its label. */
interface Found {
  readonly mask: Mask;
  readonly label: TaskLabel;
}

/** How a request's masks are named and written. */
interface Plan {
  readonly request: Detection;
  readonly labels: readonly TaskLabel[];
  /** The task's label that the function's is mapped to. */
  readonly mapped: TaskLabel;
  /** What was drawn on the task, where it matters. */
  readonly drawn: readonly TaskShape[];
  readonly signal: AbortSignal;
}

/** Marks objects on the frames of a task, as masks, or as what their label takes. */
export class Detector implements AgentFunction<"annotate_frame" | "annotate_task"> {
  readonly kind = "detector";
  readonly accepts = ["annotate_frame", "annotate_task"] as const;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly #engine: Engine;
  readonly #tasks: Tasks;
  readonly #mode: DetectorMode;

  /** @param label  what objects are called; users of CVAT map it to one of their own */
  constructor(
    engine: Engine,
    tasks: Tasks,
    { mode, label }: { readonly mode: DetectorMode; readonly label: string },
  ) {
    this.#engine = engine;
    this.#tasks = tasks;
    this.#mode = mode;
    this.fields = { labels_v2: [{ name: label, attributes: [] }] };
  }

  async run(request: Detection, { signal, onProgress }: RequestWork): Promise<object> {
    const { task } = request;
    const labels = await this.#tasks.labels(task, signal);
    const drawn = this.#mode === "boxes" ? await this.#tasks.shapes(task, signal) : [];
    const plan: Plan = { request, labels, mapped: mappedLabel(request, labels), drawn, signal };
    const frames =
      request.type === "annotate_frame" ? [request.frame] : await this.#tasks.frames(task, signal);
    const shapes: object[] = [];
    for (const [index, frame] of frames.entries()) {
      shapes.push(...(await this.#ofFrame(frame, plan)));
      await onProgress((index + 1) / frames.length);
    }
    return { annotations: { tags: [], shapes } };
  }

  async dispose(): Promise<void> {}

  async #ofFrame(frame: number, plan: Plan): Promise<object[]> {
    const { request, signal } = plan;
    const boxes = plan.drawn.filter((shape) => shape.frame === frame && shape.type === "rectangle");
    if (this.#mode === "boxes" && boxes.length === 0) return [];
    const file = await this.#tasks.frame(request.task, frame, signal, request.roi);
    const found =
      this.#mode === "boxes" ? await this.#inBoxes(file, boxes, plan) : await this.#everything(file, plan);
    return found.flatMap(({ mask, label }) =>
      toShapes(mask, shapeTypeOf(label, request)).map((shape) => ({
        ...shape,
        frame,
        label_id: label.id,
        source: "auto",
        attributes: [],
      })),
    );
  }

  async #everything(file: Buffer, { request, mapped, signal }: Plan): Promise<Found[]> {
    const options = { predIouThresh: request.threshold ?? undefined, signal };
    const { found } = await this.#engine.generate(file, options);
    return found.map((mask) => ({ mask, label: mapped }));
  }

  async #inBoxes(
    file: Buffer,
    boxes: readonly TaskShape[],
    { labels, mapped, request, signal }: Plan,
  ): Promise<Found[]> {
    const [left = 0, top = 0] = request.roi ?? [];
    const prompts = boxes.map((shape) => {
      const [x0, y0, x1, y1] = toBox(shape);
      const own = labels.find(({ id }) => id === shape.label_id);
      const box = [x0 - left, y0 - top, x1 - left, y1 - top] as const;
      const isOwn = own && own.type !== "rectangle" && takesShapes(own);
      return { points: [], labels: [], box, label: isOwn ? own : mapped };
    });
    await using picture = await this.#engine.encode(file, signal);
    const found = await this.#engine.segment(picture, prompts, { signal });
    return found.map(({ mask, object }) => ({ mask, label: object.label }));
  }
}

function mappedLabel({ mapping }: Detection, labels: readonly TaskLabel[]): TaskLabel {
  const names = Object.values(mapping).map(({ name }) => name);
  const label = labels.find(({ name }) => names.includes(name));
  if (!label) {
    const got = names.join(", ") || "none";
    throw InputError.expected("mapping", "a label of the task for the function's", got);
  }
  if (takesShapes(label)) return label;
  const expected = "one for masks, polygons, rectangles or any shape";
  throw InputError.expected(`label ${label.name}`, expected, label.type);
}

function takesShapes({ type }: TaskLabel): boolean {
  return type === "any" || isShapeType(type);
}

/** Masks where the label takes them; CVAT may ask for polygons instead. */
function shapeTypeOf({ type }: TaskLabel, { conv_mask_to_poly }: Detection): ShapeType {
  const wanted = isShapeType(type) ? type : "mask";
  return wanted === "mask" && conv_mask_to_poly ? "polygon" : wanted;
}
