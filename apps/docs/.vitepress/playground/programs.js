/** What the playground offers to begin with. Each is a whole module; `picture` is the address of a picture. */
export const PROGRAMS = {
  "One click": `import { createWebRuntime, nano, Sam2Model, Sam2Processor, segmentObjects, toSvgPath } from "sam2js";

const runtime = createWebRuntime();
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });

const { pixelValues, originalSizes: [size] } = await processor.process({ images: picture });
const embeddings = await model.getImageEmbeddings(pixelValues); // once for each picture
const objects = [{ points: [[800, 780]], labels: [1] }]; // the duck; try [1280, 490]
const [{ mask }] = await segmentObjects({ model, processor }, embeddings, size, objects);

console.log(\`score \${mask.score.toFixed(2)}, \${mask.area} pixels\`);
await show(picture, [toSvgPath(mask)]);
`,
  "Several objects": `import { createWebRuntime, nano, Sam2Model, Sam2Processor, segmentObjects, toSvgPath } from "sam2js";

const runtime = createWebRuntime();
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });

const { pixelValues, originalSizes: [size] } = await processor.process({ images: picture });
const embeddings = await model.getImageEmbeddings(pixelValues);
const objects = [
  { name: "duck", points: [[800, 780]], labels: [1] },
  { name: "boat", box: [1120, 280, 1465, 560] },
];
const found = await segmentObjects({ model, processor }, embeddings, size, objects);

for (const { object, mask } of found) console.log(object.name, mask.box.join(", "));
await show(picture, found.map(({ mask }) => toSvgPath(mask)));
`,
  Everything: `import { createWebRuntime, nano, pipeline, toSvgPath } from "sam2js";

const generator = await pipeline("mask-generation", nano, { runtime: createWebRuntime() });
const { masks } = await generator(picture, { pointsPerCrop: 12 });

console.log(\`\${masks.length} masks\`);
await show(picture, masks.map((mask) => toSvgPath(mask)));
`,
  "The element": `import "sam2js";

document.body.innerHTML = \`<segment-anything src="\${picture}" alt="A pond"></segment-anything>\`;
document.querySelector("segment-anything").addEventListener("mask", ({ detail }) => {
  console.log("score", detail.score?.toFixed(2));
});
console.log("Click on the picture.");
`,
};
