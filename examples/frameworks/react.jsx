import "@sam2js/element/define";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function App() {
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

createRoot(document.querySelector("#app")).render(<App />);
