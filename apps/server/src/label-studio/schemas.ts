import { type Static, Type } from "typebox";
import { RegionSchema } from "./regions/region.js";

const Results = Type.Array(RegionSchema, { maxItems: 10_000 });
const Annotations = Type.Optional(
  Type.Array(
    Type.Object(
      { result: Type.Optional(Type.Union([Results, Type.Null()])) },
      { additionalProperties: true },
    ),
  ),
);
const Text = (maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()]);
const open = { additionalProperties: true };

/** A task of Label Studio. */
export const TaskSchema = Type.Object(
  {
    id: Type.Optional(Type.Union([Type.Integer(), Type.String({ maxLength: 64 })])),
    data: Type.Record(Type.String(), Type.Unknown(), { description: "URLs by field" }),
    predictions: Annotations,
    annotations: Annotations,
  },
  open,
);

/** A task. */
export type Task = Static<typeof TaskSchema>;

/** What `POST /setup` takes. */
export const SetupRequest = Type.Object(
  {
    project: Type.String({ maxLength: 256 }),
    schema: Type.Optional(Text(2 ** 20)),
    hostname: Type.Optional(Text(2048)),
    access_token: Type.Optional(Text(4096)),
    extra_params: Type.Optional(Type.Unknown()),
  },
  open,
);

/** What `POST /predict` takes. */
export const PredictRequest = Type.Object(
  {
    tasks: Type.Array(TaskSchema, { minItems: 1, maxItems: 10_000 }),
    project: Type.Optional(Text(256)),
    label_config: Type.String({ maxLength: 2 ** 20 }),
    params: Type.Optional(
      Type.Object(
        {
          context: Type.Optional(
            Type.Union([Type.Null(), Type.Object({ result: Type.Optional(Results) }, open)]),
          ),
        },
        open,
      ),
    ),
  },
  open,
);

/** What `POST /predict` answers: for each task a prediction, or an empty list where there is none yet. */
export const PredictAnswer = Type.Object({
  results: Type.Array(
    Type.Union([
      Type.Object({
        result: Type.Array(Type.Object({}, open)),
        score: Type.Number(),
        model_version: Type.String(),
      }),
      Type.Tuple([]),
    ]),
  ),
});
