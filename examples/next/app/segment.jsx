"use client";
import { toSvgPath } from "@sam2js/masks";
import nano from "@sam2js/nano/q8"; // or "facebook/sam2.1-hiera-tiny", from the Hub
import { Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createWebRuntime } from "@sam2js/runtime-web";
import { useEffect, useRef, useState } from "react";

export function Segment() {
  const [status, setStatus] = useState("Loading the model…");
  const canvas = useRef(null);
  const sam = useRef({});
  useEffect(() => {
    const runtime = createWebRuntime(); // WebGPU or WebAssembly, in a worker
    const parts = [
      Sam2Model.fromPretrained(nano, { runtime }),
      Sam2Processor.fromPretrained(nano, { runtime }),
    ];
    Promise.all(parts).then(([model, processor]) => {
      sam.current = { model, processor };
      setStatus("Choose a photo.");
    }, ignoreDisposed);
    return () => void runtime.dispose();
  }, []);
  const open = async ({ target }) => {
    const photo = await createImageBitmap(target.files[0]);
    Object.assign(canvas.current, { width: photo.width, height: photo.height });
    canvas.current.getContext("2d").drawImage(photo, 0, 0);
    const { pixelValues } = await sam.current.processor.process({ images: [target.files[0]] });
    const embeddings = await sam.current.model.getImageEmbeddings(pixelValues); // once per photo
    Object.assign(sam.current, { photo, embeddings });
    setStatus("Click on something.");
  };
  const click = async ({ nativeEvent: { offsetX, offsetY } }) => {
    const { photo, embeddings } = sam.current;
    const scale = photo.width / canvas.current.clientWidth;
    const object = { points: [[offsetX * scale, offsetY * scale]], labels: [1] };
    const [{ mask }] = await segmentObjects(sam.current, embeddings, [photo.height, photo.width], [object]);
    const context = canvas.current.getContext("2d");
    context.drawImage(photo, 0, 0);
    context.fillStyle = "rgb(255 0 0 / 50%)";
    context.fill(new Path2D(toSvgPath(mask)), "evenodd");
    setStatus(`Score ${mask.score.toFixed(2)}`);
  };
  return (
    <main>
      <input
        id="file"
        type="file"
        accept="image/*"
        aria-label="Photo"
        disabled={status.startsWith("Loading")}
        onChange={open}
      />
      <output id="status">{status}</output>
      <canvas ref={canvas} width={640} height={20} style={{ maxWidth: "100%" }} onClick={click} />
    </main>
  );
}

/** In development React runs an effect twice: the first runtime is disposed of while its model loads. */
function ignoreDisposed(error) {
  if (error.code !== "DISPOSED") throw error;
}
