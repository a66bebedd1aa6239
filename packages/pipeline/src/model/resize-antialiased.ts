/** For each output position: where its window of inputs starts, and the weights of the window. */
interface Windows {
  readonly starts: Int32Array;
  readonly weights: Float32Array[];
}

/**
 * Resizes float planes with the triangle filter, widened by the scale where it shrinks, borders cut off and weights normalised: columns first,
 * then rows.
 *
 * @param data  [planes, height, width], row-major
 * @see torch `interpolate(mode="bilinear", align_corners=False, antialias=True)`, by which the reference brings mask prompts to size
 */
export function resizeAntialiased(
  data: Float32Array,
  [height, width]: readonly [number, number],
  [outHeight, outWidth]: readonly [number, number],
): Float32Array {
  const planes = data.length / (height * width);
  const columns = windows(width, outWidth);
  const rows = windows(height, outHeight);
  const narrow = new Float32Array(height * outWidth);
  const out = new Float32Array(planes * outHeight * outWidth);
  for (let plane = 0; plane < planes; plane++) {
    const source = data.subarray(plane * height * width, (plane + 1) * height * width);
    apply(source, narrow, columns, {
      lines: height,
      lineStride: width,
      step: 1,
      outLineStride: outWidth,
      outStep: 1,
    });
    const target = out.subarray(plane * outHeight * outWidth, (plane + 1) * outHeight * outWidth);
    apply(narrow, target, rows, {
      lines: outWidth,
      lineStride: 1,
      step: outWidth,
      outLineStride: 1,
      outStep: outWidth,
    });
  }
  return out;
}

function windows(size: number, outSize: number): Windows {
  const scale = size / outSize;
  const support = Math.max(1, scale);
  const starts = new Int32Array(outSize);
  const weights = Array.from({ length: outSize }, (_, position) => {
    const center = scale * (position + 0.5);
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(size, Math.trunc(center + support + 0.5));
    starts[position] = start;
    const window = Float64Array.from({ length: end - start }, (_, i) =>
      Math.max(0, 1 - Math.abs((start + i - center + 0.5) / support)),
    );
    const total = window.reduce((sum, weight) => sum + weight, 0);
    return Float32Array.from(window, (weight) => weight / total);
  });
  return { starts, weights };
}

interface Walk {
  readonly lines: number;
  readonly lineStride: number;
  readonly step: number;
  readonly outLineStride: number;
  readonly outStep: number;
}

function apply(source: Float32Array, target: Float32Array, { starts, weights }: Windows, walk: Walk): void {
  for (let line = 0; line < walk.lines; line++) {
    const from = line * walk.lineStride;
    const to = line * walk.outLineStride;
    weights.forEach((window, position) => {
      let at = from + (starts[position] ?? 0) * walk.step;
      let sum = 0;
      for (const weight of window) {
        sum += weight * (source[at] ?? 0);
        at += walk.step;
      }
      target[to + position * walk.outStep] = sum;
    });
  }
}
