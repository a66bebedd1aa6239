import { toSvgPath } from "@sam2js/masks";
import nano from "@sam2js/nano/q8"; // or "facebook/sam2.1-hiera-tiny", from the Hub
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createWebRuntime } from "@sam2js/runtime-web";

const [file, status, canvas] = document.querySelectorAll("#file, #status, #canvas");
const context = canvas.getContext("2d");
const runtime = createWebRuntime(); // WebGPU or WebAssembly, in a worker
const model = await Sam2Model.fromPretrained(nano, { runtime });
const processor = await Sam2Processor.fromPretrained(nano, { runtime });
file.disabled = false;
status.value = "Choose a photo.";

let photo, embeddings;
file.onchange = async () => {
  photo = await createImageBitmap(file.files[0]);
  Object.assign(canvas, { width: photo.width, height: photo.height });
  context.drawImage(photo, 0, 0);
  const { pixelValues } = await processor.process({ images: [file.files[0]] });
  await embeddings?.dispose();
  embeddings = await model.getImageEmbeddings(pixelValues); // once per photo
  status.value = "Click on something.";
};
canvas.onclick = async ({ offsetX, offsetY }) => {
  const scale = canvas.width / canvas.clientWidth;
  const object = { points: [[offsetX * scale, offsetY * scale]], labels: [1] };
  const size = [photo.height, photo.width];
  const [{ mask }] = await segmentObjects({ model, processor }, embeddings, size, [object]);
  context.drawImage(photo, 0, 0);
  context.fillStyle = "rgb(255 0 0 / 50%)";
  context.fill(new Path2D(toSvgPath(mask)), "evenodd");
  status.value = `Score ${mask.score.toFixed(2)}`;
};
