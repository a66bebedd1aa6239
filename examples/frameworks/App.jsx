import "@sam2js/element/define";
import { useState } from "react";

export default function App() {
  const [photo, setPhoto] = useState();
  const [status, setStatus] = useState("Choose a photo.");
  return (
    <main>
      <input id="file" type="file" aria-label="Photo" onChange={({ target }) => setPhoto(target.files[0])} />
      <output id="status">{status}</output>
      <segment-anything
        image={photo}
        onready={() => setStatus("Click on something.")}
        onmask={({ detail }) => setStatus(`Score ${detail.score?.toFixed(2)}`)}
        onerror={({ detail }) => setStatus(detail.message)}
      />
    </main>
  );
}
