import type { operations } from "./generated/openapi.js";

/** The answer of an operation in JSON. */
type Json<
  Name extends keyof operations,
  Status extends PropertyKey = 200,
> = operations[Name]["responses"] extends {
  [S in Status]: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

/** What an operation takes as JSON. */
type Request<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

/** A picture's embedding on the server. `id` stands for the picture in later requests. */
export type Embedding = Json<"encode">;

/** A model of the server. */
export type ModelInfo = Json<"models">["models"][number];

/** Objects and how their masks are wanted; all of `POST /v1/segment` but the picture. */
export type SegmentRequest = Omit<Request<"segment">, "image" | "embedding">;

/** What points at one object. */
export type ObjectPrompt = SegmentRequest["objects"][number];

/** The masks of each object. */
export type SegmentAnswer = Json<"segment">;

/** One mask, in the form that was asked for. */
export type MaskAnswer = SegmentAnswer["objects"][number]["masks"][number];

/** How everything in a picture is looked for; all of `POST /v1/generate` but the picture. */
export type GenerateRequest = Omit<Request<"generate">, "image">;

/** The masks of everything in a picture, best first. */
export type GenerateAnswer = Json<"generate">;

/** What a job tells while it goes on. */
export type GenerateEvent =
  | { readonly type: "found"; readonly mask: MaskAnswer }
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  | { readonly type: "done"; readonly result: GenerateAnswer };

/** What workers are to do, and with which pictures or videos of the server's source. */
export type BatchRequest = Request<"startBatch">;

/** How far a batch is. */
export type BatchState = Json<"readBatch">;

/** What a batch tells while it goes on. */
export type BatchEvent =
  | {
      readonly type: "progress";
      readonly done: number;
      readonly total: number;
      readonly machineHours: number;
    }
  | {
      /** A part of it is done. */
      readonly type: "shard";
      readonly shard: number;
      readonly entries: number;
      readonly masks: number;
      readonly failed: number;
    }
  | { readonly type: "done"; readonly state: BatchState };

/** The state of a video. */
export type VideoInfo = Json<"readVideo">;

/** Run lengths as COCO's JSON has them. */
export type CompressedRle = NonNullable<MaskAnswer["rle"]>;

/** Where the objects are on one frame. */
export interface VideoMasks {
  /** From 0. */
  readonly frame: number;
  /** Objects that have begun by this frame. */
  readonly objects: readonly {
    /** As it was given with the prompt. */
    readonly id: string | number;
    /** How sure the model is that the object is seen, 0 to 1. */
    readonly score: number;
    /** Pixels inside. */
    readonly area: number;
    readonly rle: CompressedRle;
  }[];
}
