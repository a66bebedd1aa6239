import { checkText } from "@sam2js/core";

/** Names of the files of weights, as transformers gives them. */
export interface WeightFiles {
  /** `model.safetensors`, or `model.fp16.safetensors` of the variant `"fp16"`. */
  readonly single: string;
  /** `model.safetensors.index.json`, or `model.safetensors.index.fp16.json`. */
  readonly index: string;
  /** `model-00001-of-00002.safetensors`, or `model.fp16-00001-of-00002.safetensors`. @param number  from 1 */
  shard(number: number, count: number): string;
}

const WEIGHTS = /^model(?:\.([^.]+?))?(?:-\d{5}-of-\d{5})?\.safetensors$/;

/** @param variant  undefined for the weights that have no word in their name */
export function weightFiles(variant: string | undefined): WeightFiles {
  if (variant !== undefined) checkText(variant, "variant", "a word such as fp16");
  const part = variant === undefined ? "" : `.${variant}`;
  const digits = (number: number) => String(number).padStart(5, "0");
  return {
    single: `model${part}.safetensors`,
    index: `model.safetensors.index${part}.json`,
    shard: (number, count) => `model${part}-${digits(number)}-of-${digits(count)}.safetensors`,
  };
}

/**
 * Tells the weights of an earlier save that a reader might take instead of those just written: of the same variant, under other names.
 *
 * @param written  names of the files just written
 */
export function isEarlierWeights(written: readonly string[]): (name: string) => boolean {
  const weights = written.map((name) => WEIGHTS.exec(name)).find((found) => found !== null);
  if (!weights) return () => false;
  const names = weightFiles(weights[1]);
  const shard = /-\d{5}-of-\d{5}(?=\.safetensors$)/;
  return (name) => !written.includes(name) && [names.single, names.index].includes(name.replace(shard, ""));
}
