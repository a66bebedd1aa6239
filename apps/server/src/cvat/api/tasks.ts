import { InputError } from "@sam2js/core";
import sharp from "sharp";
import { type Static, type TSchema, Type } from "typebox";
import { Check } from "typebox/value";
import type { ServerLimits } from "../../limits.js";
import { type CvatApi, tooLarge } from "./cvat-api.js";
import { CvatError } from "./cvat-error.js";

const TaskAnswer = Type.Object({ size: Type.Integer({ minimum: 0 }) });
const MetaAnswer = Type.Object({ deleted_frames: Type.Array(Type.Integer()) });
const Label = Type.Object({ id: Type.Integer(), name: Type.String(), type: Type.String() });
const LabelPage = Type.Object({
  results: Type.Array(Label),
  next: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const Shape = Type.Object({
  type: Type.String(),
  frame: Type.Integer(),
  label_id: Type.Integer(),
  points: Type.Array(Type.Number()),
});
const AnnotationAnswer = Type.Object({ shapes: Type.Array(Shape) });

/** A label of a task; `type` says which shapes it takes, `"any"` all of them. */
export type TaskLabel = Static<typeof Label>;
/** A shape that somebody drew. */
export type TaskShape = Static<typeof Shape>;

/** Tasks of CVAT: their frames, labels and shapes. */
export class Tasks {
  readonly #api: CvatApi;
  readonly #limits: Pick<ServerLimits, "maxBodyBytes" | "maxPixels">;

  constructor(api: CvatApi, limits: Pick<ServerLimits, "maxBodyBytes" | "maxPixels">) {
    this.#api = api;
    this.#limits = limits;
  }

  /**
   * The file of a frame in its original quality.
   *
   * @param roi  x0, y0, x1, y1 in pixels of the part that is wanted, x1 and y1 exclusive; the whole frame without
   * @throws {InputError} the part is not within the frame
   */
  async frame(
    task: number,
    frame: number,
    signal: AbortSignal,
    roi?: readonly number[] | null,
  ): Promise<Buffer> {
    const query = { type: "frame", number: frame, quality: "original" };
    const path = `api/tasks/${task}/data/`;
    const file = await this.#api.bytes(path, { query, signal }, this.#limits.maxBodyBytes);
    return roi ? this.#crop(file, roi) : file;
  }

  /** Indices of the frames that are not deleted, ascending. */
  async frames(task: number, signal: AbortSignal): Promise<readonly number[]> {
    const [{ size }, { deleted_frames }] = await Promise.all([
      this.#get(`api/tasks/${task}`, TaskAnswer, { signal }),
      this.#get(`api/tasks/${task}/data/meta`, MetaAnswer, { signal }),
    ]);
    const deleted = new Set(deleted_frames);
    return Array.from({ length: size }, (_, index) => index).filter((index) => !deleted.has(index));
  }

  /** The labels of a task, or of its project. */
  async labels(task: number, signal: AbortSignal): Promise<TaskLabel[]> {
    const labels: TaskLabel[] = [];
    for (let page = 1; ; page += 1) {
      const query = { task_id: task, page, page_size: 500 };
      const { results, next } = await this.#get("api/labels", LabelPage, { query, signal });
      labels.push(...results);
      if (!next) return labels;
    }
  }

  /** What was drawn on the frames of a task; tracks are left out. */
  async shapes(task: number, signal: AbortSignal): Promise<readonly TaskShape[]> {
    return (await this.#get(`api/tasks/${task}/annotations/`, AnnotationAnswer, { signal })).shapes;
  }

  async #get<S extends TSchema>(
    path: string,
    schema: S,
    request: Parameters<CvatApi["json"]>[2],
  ): Promise<Static<S>> {
    const answer: unknown = await this.#api.json("GET", path, request);
    if (Check(schema, answer)) return answer as Static<S>;
    throw new CvatError(`GET ${path}: expected what CVAT 2.80 answers, got other fields`, undefined);
  }

  async #crop(file: Buffer, roi: readonly number[]): Promise<Buffer> {
    const { maxPixels } = this.#limits;
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = roi.map(Math.round);
    const image = sharp(file, { limitInputPixels: false, ignoreIcc: true }); // as whole frames are decoded
    const { autoOrient } = await image.metadata();
    const { width, height } = autoOrient;
    if (width * height > maxPixels) throw tooLarge("frame", `${maxPixels} pixels`);
    if (x0 < 0 || y0 < 0 || x1 <= x0 || y1 <= y0 || x1 > width || y1 > height)
      throw InputError.expected("roi", `a part of a frame of ${width} x ${height} pixels`, roi);
    const part = { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
    return image.autoOrient().extract(part).png({ compressionLevel: 1 }).toBuffer();
  }
}
