import { InputError } from "@sam2js/core";
import { type Static, type TSchema, Type } from "typebox";
import { Check, Errors } from "typebox/value";
import { cvatPrompts } from "../prompts.js";

const Index = Type.Integer({ minimum: 0 });
const roi = Type.Optional(
  Type.Union([Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]), Type.Null()]),
);
const Shape = Type.Object({ type: Type.String(), points: Type.Array(Type.Number(), { maxItems: 1e7 }) });
const detection = {
  mapping: Type.Record(Type.String(), Type.Object({ name: Type.String() })),
  threshold: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()])),
  conv_mask_to_poly: Type.Optional(Type.Boolean()),
  roi,
};

/** Annotation requests by type, as CVAT hands them to agents; fields that nobody reads are let through. */
const REQUESTS = {
  interact: Type.Object({ type: Type.Literal("interact"), task: Index, frame: Index, ...cvatPrompts, roi }),
  init_tracking: Type.Object({
    type: Type.Literal("init_tracking"),
    task: Index,
    frame: Index,
    shapes: Type.Array(Shape, { maxItems: 64 }),
  }),
  track: Type.Object({
    type: Type.Literal("track"),
    task: Index,
    frame: Index,
    states: Type.Array(Type.String(), { maxItems: 1000 }),
  }),
  annotate_frame: Type.Object({
    type: Type.Literal("annotate_frame"),
    task: Index,
    frame: Index,
    ...detection,
  }),
  annotate_task: Type.Object({ type: Type.Literal("annotate_task"), task: Index, ...detection }),
};

/** What CVAT may ask of an agent. */
export type RequestType = keyof typeof REQUESTS;
/** A request of one type, or of several. */
export type AgentRequest<T extends RequestType = RequestType> = {
  [Type in T]: Static<(typeof REQUESTS)[Type]>;
}[T];
/** A shape as trackers are given it. */
export type TrackableShape = Static<typeof Shape>;

/**
 * The parameters of an annotation request, checked.
 *
 * @param accepted  the types that the function works on
 * @throws {InputError} another type, or fields that are not as they should be
 */
export function parseRequest<T extends RequestType>(json: unknown, accepted: readonly T[]): AgentRequest<T> {
  const { type } = Object(json) as { readonly type?: unknown };
  const known = accepted.find((each) => each === type);
  if (!known) throw InputError.expected("request", accepted.join(" or "), JSON.stringify(type) ?? "no type");
  const schema: TSchema = REQUESTS[known];
  if (Check(schema, json)) return json as AgentRequest<T>;
  const [first] = Errors(schema, json);
  const name = `${known}${first?.instancePath ?? ""}`;
  throw InputError.expected(name, "what CVAT 2.80 sends", first?.message ?? "something else");
}
