import { checkFinite, describeValue, InputError, ShapeError, type TensorLike, toFloat32 } from "@sam2js/core";

/**
 * Checks that mask prompts are planes of finite logits.
 *
 * @returns  float32 [B, N, h, w]
 * @throws {ShapeError} another rank, or nothing in it
 * @throws {InputError} no tensor of floats, or a logit that is no finite number
 */
export function checkMaskPrompts(inputMasks: unknown): TensorLike<"float32"> {
  const masks = toFloat32(inputMasks, "inputMasks");
  if (!masks) {
    const expected = "a tensor of floats [B, 1, h, w] or [B, N, h, w]";
    throw new InputError(
      `inputMasks: expected ${expected}, got ${describeValue(inputMasks)}; give logits, such as predMasks of an earlier call`,
      { name: "inputMasks", expected, got: inputMasks },
    );
  }
  if (masks.dims.length !== 4 || masks.data.length === 0) {
    throw ShapeError.expected(
      "inputMasks",
      "[B, 1, h, w] or [B, N, h, w]",
      masks.dims,
      "give one plane of logits for each object or image",
    );
  }
  checkFinite(masks.data, "inputMasks");
  return masks;
}
