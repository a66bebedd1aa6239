import { InputError } from "@sam2js/core";
import type { Control, LabelConfig, MediaTag, Shape } from "./label-config.js";

/** The shapes that a mask can be handed out as; a box only where there is nothing better. */
export const OUTPUT_SHAPES = ["brush", "bitmask", "polygon", "rectangle"] as const;

/** One of {@link OUTPUT_SHAPES}. */
export type OutputShape = (typeof OUTPUT_SHAPES)[number];

/** Which tags a mask's region is of. */
export interface Output {
  /** Draws it. */
  readonly control: Control & { readonly shape: OutputShape };
  /** Names it, where the control has no labels itself: `<Labels>` beside `<Brush>`. */
  readonly labelControl: Control | undefined;
  /** What it is called, or undefined where the project has no labels. */
  readonly label: string | undefined;
}

/**
 * The control that masks of an image are handed out by: one that has the label, the first in the configuration; boxes only where nothing else is there.
 *
 * @param label  of the prompt; without one it is the first that the control has
 * @param shape  only such controls
 * @throws {InputError} the configuration has none
 */
export function chooseOutput(
  { controls }: LabelConfig,
  media: MediaTag,
  label: string | undefined,
  shape?: OutputShape,
): Output {
  const there = controls.filter(({ toNames }) => toNames.includes(media.name));
  const outputs = there.filter(isOutput).filter((control) => shape === undefined || control.shape === shape);
  const namers = there.filter((control) => control.shape === "labels");
  const found = outputs
    .flatMap((control) => {
      const beside = control.type.endsWith("labels") || namers.length === 0 ? [undefined] : namers;
      return beside.map((labelControl) => ({ control, labelControl }));
    })
    .map((pair, order) => {
      const { labels } = pair.labelControl ?? pair.control;
      const isUnnamed = label !== undefined && labels !== undefined && !labels.includes(label);
      const isBox = pair.control.shape === "rectangle";
      return { ...pair, labels, rank: [Number(isUnnamed), Number(isBox), order] };
    })
    .sort((a, b) => compare(a.rank, b.rank))[0];
  if (!found) {
    const kinds = shape ?? "BrushLabels, BitmaskLabels, PolygonLabels or RectangleLabels";
    throw InputError.expected(
      "label_config",
      `${kinds} for ${media.name}`,
      there.map(({ type }) => type).join(", ") || "none",
    );
  }
  const { control, labelControl, labels } = found;
  return { control, labelControl, label: label ?? labels?.[0] };
}

function isOutput(control: Control): control is Output["control"] {
  return (OUTPUT_SHAPES as readonly Shape[]).includes(control.shape);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
