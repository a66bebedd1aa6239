import { checkOptions, InputError, isJsonObject } from "@sam2js/core";
import { OUTPUT_SHAPES, type OutputShape } from "./config/choose-output.js";

/** What a project's "extra params" may say, in Label Studio's API or in the settings of its model. */
export interface ProjectOptions {
  /** One of the server's models. Default: the first. */
  readonly model?: string | undefined;
  /** Hand masks out by controls of this kind only. */
  readonly output?: OutputShape | undefined;
  /** How far polygons may be from the mask, in pixels. Default 1. */
  readonly tolerance?: number | undefined;
  /**
   * Pre-annotate tasks without boxes with masks of everything. Default: only where the configuration has no points or boxes to draw, since Label Studio asks
   * for predictions of each task that is opened.
   */
  readonly everything?: boolean | undefined;
  /** What pre-annotated masks are called. Default: the first label of the control. */
  readonly label?: string | undefined;
}

/** @param sent  JSON, or its text, as Label Studio sends it @throws {InputError} it says what is not known */
export function readProjectOptions(sent: unknown): ProjectOptions {
  const params = typeof sent === "string" && sent.trim() !== "" ? parseJson(sent) : (sent ?? {});
  if (params === "") return {};
  if (!isJsonObject(params)) throw InputError.expected("extra_params", "a JSON object", "something else");
  checkOptions(params, ["model", "output", "tolerance", "everything", "label"], "extra_params");
  const { model, output, tolerance, everything, label } = params;
  const isText = (value: unknown): value is string | undefined =>
    value === undefined || typeof value === "string";
  if (!isText(model) || !isText(label))
    throw InputError.expected("extra_params.model and label", "text", "something else");
  if (output !== undefined && !OUTPUT_SHAPES.includes(output as OutputShape))
    throw InputError.expected("extra_params.output", OUTPUT_SHAPES.join(", "), JSON.stringify(output));
  if (tolerance !== undefined && !(typeof tolerance === "number" && tolerance >= 0 && tolerance <= 100))
    throw InputError.expected("extra_params.tolerance", "0 to 100 pixels", JSON.stringify(tolerance));
  if (everything !== undefined && typeof everything !== "boolean")
    throw InputError.expected("extra_params.everything", "true or false", JSON.stringify(everything));
  return { model, output: output as OutputShape | undefined, tolerance, everything, label };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const expected = 'JSON such as {"output": "polygon"}';
    throw InputError.expected("extra_params", expected, "something else", undefined, cause);
  }
}
