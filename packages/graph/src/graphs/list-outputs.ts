import { checkMembers, checkText, type Tensor } from "@sam2js/core";

/** The outputs called `list` and a number from 0 on, in the order of the numbers. */
export function listOutputs<List extends string>(
  outputs: { readonly [N in `${List}.${number}`]: Tensor<"float32"> },
  list: List,
): Tensor<"float32">[] {
  checkMembers(outputs, "outputs", "the outputs of a run");
  checkText(list, "list");
  const found: Tensor<"float32">[] = [];
  for (;;) {
    const next: Tensor<"float32"> | undefined = outputs[`${list}.${found.length}`];
    if (!next) return found;
    found.push(next);
  }
}
