import type { JSX } from "preact";
import { EXAMPLES, openExample } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { loading, model } from "../state/session.js";
import { startCamera } from "../state/video/camera.js";
import { Icon } from "./icons.js";
import { ProblemBar } from "./ProblemBar.js";
import { Projects } from "./Projects.js";

/** Examples are drawn with what the app makes of them. */
export function Welcome(): JSX.Element {
  const busy = loading.value;
  const progress = busy?.progress;
  return (
    <main
      class="stage welcome"
      id="stage"
      data-phase="welcome"
      data-model={model.value?.name}
      data-device={model.value?.device}
    >
      <div class="hello">
        <h1>
          Click anything.
          <br />
          Get its shape.
        </h1>
        <p class="lead">
          Cut out and label objects in photos, follow them through videos. It runs in this tab, nothing is
          uploaded, and it works offline.
        </p>
        <div class="drop">
          <button type="button" class="button primary large" data-testid="open" onClick={() => picker.open()}>
            Open photos, a video or a project
          </button>
          <button
            type="button"
            class="button large"
            data-testid="open-camera"
            onClick={() => void startCamera()}
          >
            <Icon name="camera" />
            Camera
          </button>
          <span class="dim">or drop or paste them anywhere; projects are .sam2js files</span>
        </div>
        <Projects />
        <div class="examples">
          {EXAMPLES.map((example) => (
            <button
              key={example.file}
              type="button"
              data-testid={`example-${example.file}`}
              onClick={() => void openExample(example)}
            >
              <img
                src={`${import.meta.env.BASE_URL}examples/${example.file}-small.jpg`}
                alt=""
                width="420"
                height="280"
              />
              <span>{example.name}</span>
            </button>
          ))}
        </div>
        <div class="getting-ready" data-testid="getting-ready">
          {busy && (
            <>
              <progress
                class="bar-line"
                aria-label={`Getting ${busy.name} ready`}
                {...(progress?.total ? { value: progress.done / progress.total, max: 1 } : {})}
              />
              <span class="dim num">Getting {busy.name} ready</span>
            </>
          )}
          {!busy && model.value && <span class="dim">{model.value.name} is ready</span>}
        </div>
      </div>
      <ProblemBar />
    </main>
  );
}
