/** Keys' parameter, as PyTorch has it. */
const A = -0.75;

/** Keys' cubic kernel. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * A;
  return 0;
}

/**
 * Bicubic resizing of one axis as a matrix [to, from]: pixel centres at half steps, no antialiasing, the border pixel repeated.
 *
 * @see torch.nn.functional.interpolate(mode="bicubic", align_corners=False)
 */
export function bicubicMatrix(from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let y = 0; y < to; y++) {
    const center = ((y + 0.5) * from) / to - 0.5;
    const first = Math.floor(center) - 1;
    for (let tap = first; tap < first + 4; tap++) {
      const source = y * from + Math.min(from - 1, Math.max(0, tap));
      matrix[source] = (matrix[source] as number) + cubic(center - tap);
    }
  }
  return matrix;
}
