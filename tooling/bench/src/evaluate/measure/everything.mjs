import { overlap } from "./bitmaps.mjs";

const GRID = 16;
const FOUND = 0.75;
/** Objects below this share of a picture are not counted. */
const SMALLEST = 0.004;

/** Least predicted IoU and least stability. */
const SETTINGS = { default: [0.88, 0.95], "loose (0.7, 0.85)": [0.7, 0.85] };

/**
 * How many objects "segment everything" finds on a 16 x 16 grid, and how many masks it gives for a picture.
 *
 * @param {import("@sam2js/pipeline").MaskGenerator} generator
 * @param {import("@sam2js/pipeline").MaskGenerationOptions} [options]  instead of the 16 x 16 grid
 * @param {Record<string, [number, number]>} [settings]
 */
export async function measureEverything(
  generator,
  examples,
  options = { pointsPerCrop: GRID },
  settings = SETTINGS,
) {
  const labels = Object.keys(settings);
  const found = Object.fromEntries(labels.map((label) => [label, 0]));
  const masks = Object.fromEntries(labels.map((label) => [label, 0]));
  let total = 0;
  let pictures = 0;
  for await (const { image, instances } of examples) {
    const objects = objectsOf(instances);
    for (const [label, [predIouThresh, stabilityScoreThresh]] of Object.entries(settings)) {
      const output = await generator.generate(image, {
        ...options,
        predIouThresh,
        stabilityScoreThresh,
        pointGrid: "transformers",
      });
      const bitmaps = output.masks.map((mask) => mask.toBitmap().data);
      found[label] += objects.filter((object) => bitmaps.some((bitmap) => covers(bitmap, object))).length;
      masks[label] += bitmaps.length;
    }
    total += objects.length;
    pictures++;
  }
  return Object.fromEntries([
    ...labels.map((label) => [`found, ${label}`, found[label] / Math.max(1, total)]),
    ...labels.map((label) => [`masks a scene, ${label}`, masks[label] / pictures]),
  ]);
}

function covers(bitmap, object) {
  const { both, either } = overlap(bitmap, object);
  return both / either >= FOUND;
}

/** The bitmap of each object that is large enough. */
function objectsOf({ data }) {
  const count = data.reduce((most, value) => Math.max(most, value), 0);
  return Array.from({ length: count }, (_, n) => data.map((value) => (value === n + 1 ? 1 : 0))).filter(
    (object) => object.reduce((sum, value) => sum + value, 0) / object.length >= SMALLEST,
  );
}
