import type { JSX } from "preact";
import { EXAMPLES, openExample } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { loading, model } from "../state/session.js";
import { startCamera } from "../state/video/camera.js";
import { fill, words } from "../words/words.js";
import { Icon } from "./icons.js";
import { ProblemBar } from "./ProblemBar.js";
import { Projects } from "./Projects.js";

/** Examples are drawn with what the app makes of them. */
export function Welcome(): JSX.Element {
  const { welcome } = words();
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
          {welcome.title}
          <br />
          {welcome.titleEnd}
        </h1>
        <p class="lead">{welcome.lead}</p>
        <div class="drop">
          <button type="button" class="button primary large" data-testid="open" onClick={() => picker.open()}>
            {welcome.open}
          </button>
          <button
            type="button"
            class="button large"
            data-testid="open-folder"
            onClick={() => picker.openFolder()}
          >
            <Icon name="folder" />
            {welcome.folder}
          </button>
          <button
            type="button"
            class="button large"
            data-testid="open-camera"
            onClick={() => void startCamera()}
          >
            <Icon name="camera" />
            {welcome.camera}
          </button>
          <span class="dim">{welcome.drop}</span>
        </div>
        <Projects />
        <div class="examples">
          {EXAMPLES.map((example) => (
            <button
              key={example}
              type="button"
              data-testid={`example-${example}`}
              onClick={() => void openExample(example)}
            >
              <img
                src={`${import.meta.env.BASE_URL}examples/${example}-small.jpg`}
                alt=""
                width="420"
                height="280"
              />
              <span>{welcome[example]}</span>
            </button>
          ))}
        </div>
        <div class="getting-ready" data-testid="getting-ready">
          {busy && (
            <>
              <progress
                class="bar-line"
                aria-label={fill(welcome.gettingReady, { name: busy.name })}
                {...(progress?.total ? { value: progress.done / progress.total, max: 1 } : {})}
              />
              <span class="dim num">{fill(welcome.gettingReady, { name: busy.name })}</span>
            </>
          )}
          {!busy && model.value && <span class="dim">{fill(welcome.ready, { name: model.value.name })}</span>}
        </div>
      </div>
      <ProblemBar />
    </main>
  );
}
