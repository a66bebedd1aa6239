const [file, status, canvas] = document.querySelectorAll("#file, #status, #canvas");
const context = canvas.getContext("2d");
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

let photo;
file.onchange = async () => {
  photo = await createImageBitmap(file.files[0]);
  Object.assign(canvas, { width: photo.width, height: photo.height });
  context.drawImage(photo, 0, 0);
  worker.postMessage({ file: file.files[0] });
};
canvas.onclick = ({ offsetX, offsetY }) => {
  const scale = canvas.width / canvas.clientWidth;
  worker.postMessage({ point: [offsetX * scale, offsetY * scale] });
};
worker.onmessage = ({ data: { path, score } }) => {
  if (!path) {
    status.value = "Click on something.";
    return;
  }
  context.drawImage(photo, 0, 0);
  context.fillStyle = "rgb(255 0 0 / 50%)";
  context.fill(new Path2D(path), "evenodd");
  status.value = `Score ${score.toFixed(2)}`;
};
