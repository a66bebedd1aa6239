// Prints what was found, and draws it into the folder `out`.
import { mkdir, writeFile } from "node:fs/promises";
import { drawOverlay, Mask } from "@sam2js/masks";

/** Prints the shape of each mask tensor and the predicted IoU scores, rounded. */
export function show(title, masks, scores) {
  console.log(title);
  for (const mask of masks) console.log(`  masks ${mask.type} [${mask.dims.join(", ")}]`);
  const rounded = Array.from(scores.data, (score) => score.toFixed(2)).join(" ");
  console.log(`  scores [${scores.dims.join(", ")}]: ${rounded}`);
}

/** Prints how much of a frame each object's mask covers, and gives what `drawFrames` takes. */
export function showFrame(output) {
  const masks = output.toMasks();
  const shares = masks.map(({ area, size: [height, width] }, index) => {
    const percent = ((100 * area) / (height * width)).toFixed(1);
    return `${output.objectIds[index]} ${percent} %`;
  });
  console.log(`frame ${output.frameIndex}: ${shares.join(", ")}`);
  return { index: output.frameIndex, masks };
}

/**
 * Draws bitmaps [objects, masks, height, width] over their pictures, side by side: all objects in one, or each candidate mask in one of its own.
 *
 * @param inputs  what `processor.process` gave: its clicks are drawn too
 */
export async function draw(runtime, name, pictures, bitmaps, inputs) {
  const panels = [];
  for (const [image, { data, dims }] of bitmaps.entries()) {
    const [objects, candidates, height, width] = dims;
    const maskAt = (object, candidate) => {
      const start = (object * candidates + candidate) * height * width;
      return Mask.fromBitmap({
        type: "uint8",
        dims: [height, width],
        data: data.subarray(start, start + height * width),
      });
    };
    const decoded = await runtime.decodeImage(pictures[image]);
    for (let candidate = 0; candidate < candidates; candidate++) {
      const masks = Array.from({ length: objects }, (_, object) => maskAt(object, candidate));
      const panel = drawOverlay(decoded, masks);
      for (const click of clicksOf(inputs, image)) paintClick(panel, click);
      panels.push(panel);
    }
  }
  await save(runtime, name, panels);
}

/** Draws the first, the middle and the last of these frames, which `showFrame` gave. */
export async function drawFrames(runtime, name, video, frames) {
  const chosen = [frames[0], frames[frames.length >> 1], frames.at(-1)];
  const panels = chosen.map(async ({ index, masks }) =>
    drawOverlay(await runtime.decodeImage(video[index]), masks),
  );
  await save(runtime, name, await Promise.all(panels));
}

/** Writes pictures side by side, each at most 640 pixels wide. */
export async function save(runtime, name, pictures) {
  const panels = pictures.map((each) => shrink(each, Math.ceil(each.width / 640)));
  const width = panels.reduce((sum, panel) => sum + panel.width, 0);
  const height = Math.max(...panels.map((panel) => panel.height));
  const data = new Uint8Array(3 * width * height).fill(255);
  let left = 0;
  for (const panel of panels) {
    for (let y = 0; y < panel.height; y++) {
      const row = panel.data.subarray(3 * y * panel.width, 3 * (y + 1) * panel.width);
      data.set(row, 3 * (y * width + left));
    }
    left += panel.width;
  }
  await mkdir("out", { recursive: true });
  await writeFile(`out/${name}.png`, await runtime.encodePng({ data, width, height, channels: 3 }));
}

/** Means of `factor` x `factor` pixels. */
function shrink({ data, width, height }, factor) {
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  const means = new Float32Array(3 * small.width * small.height);
  for (let y = 0; y < small.height * factor; y++) {
    const row = 3 * small.width * Math.floor(y / factor);
    for (let x = 0; x < small.width * factor; x++) {
      const to = row + 3 * Math.floor(x / factor);
      const from = 3 * (y * width + x);
      means[to] += data[from] / factor ** 2;
      means[to + 1] += data[from + 1] / factor ** 2;
      means[to + 2] += data[from + 2] / factor ** 2;
    }
  }
  return { ...small, data: new Uint8Array(means) };
}

/** Clicks of one image as [x, y, label], in pixels of the picture. The processor scaled them to the model's input. */
function clicksOf(inputs, image) {
  if (!inputs?.inputPoints) return [];
  const { inputPoints, inputLabels, originalSizes, pixelValues } = inputs;
  const [, objects, points] = inputPoints.dims;
  const [height, width] = originalSizes[image];
  const [rows, columns] = pixelValues.dims.slice(-2);
  return Array.from(inputLabels.data)
    .slice(image * objects * points, (image + 1) * objects * points)
    .map((label, index) => {
      const at = 2 * (image * objects * points + index);
      return [(inputPoints.data[at] / columns) * width, (inputPoints.data[at + 1] / rows) * height, label];
    })
    .filter(([, , label]) => label >= 0); // the others are padding
}

/** A disc with a white rim: green inside the object, red outside. */
function paintClick({ data, width, height }, click) {
  const [x, y, label] = click;
  const radius = Math.max(width, height) / 90;
  for (let row = Math.ceil(y - radius); row <= y + radius; row++) {
    for (let column = Math.ceil(x - radius); column <= x + radius; column++) {
      const distance = Math.hypot(column - x, row - y);
      if (distance > radius || row < 0 || row >= height || column < 0 || column >= width) continue;
      const color = distance > 0.7 * radius ? [255, 255, 255] : label === 1 ? [0, 160, 60] : [220, 30, 30];
      data.set(color, 3 * (row * width + column));
    }
  }
}
