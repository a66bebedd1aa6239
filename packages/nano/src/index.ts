/**
 * A small trained SAM 2 model as an object that says where its files are. It fits the `ModelSource` of `@sam2js/checkpoint` by its
 * shape alone, so that this package needs no other.
 */
export interface NanoModel {
  /** For messages. */
  readonly name: "nano";
  /** Where each file of the model is: inside this package, or wherever a bundler has put it. */
  readonly files: Readonly<Record<NanoFile, URL>>;
}

/** The files of the model, named as the reference names them. */
export type NanoFile =
  | "config.json"
  | "model.safetensors"
  | "preprocessor_config.json"
  | "processor_config.json";

/** The model: give it to whatever takes one, such as `Sam2Model.fromPretrained(nano, { runtime })`. Nothing is read before that. */
const nano: NanoModel = {
  name: "nano",
  // Bundlers find and copy files by `new URL("literal", import.meta.url)` and by nothing else.
  files: {
    "config.json": new URL("../model/config.json", import.meta.url),
    "model.safetensors": new URL("../model/model.safetensors", import.meta.url),
    "preprocessor_config.json": new URL("../model/preprocessor_config.json", import.meta.url),
    "processor_config.json": new URL("../model/processor_config.json", import.meta.url),
  },
};

export default nano;

/** Options of mask generation that suit this model: its masks of 64 x 64 have more specks than those of published models. In pixels of such a mask. */
export const NANO_GENERATION = { maxHoleArea: 10, maxSprinkleArea: 10 } as const;
