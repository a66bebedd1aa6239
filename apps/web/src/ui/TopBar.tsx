import type { JSX } from "preact";
import type { VideoFacts } from "../domain/document.js";
import { picker } from "../state/picker.js";
import { goHome, renameProject } from "../state/projects.js";
import { sentTo } from "../state/remote.js";
import {
  choice,
  doc,
  isOffline,
  loading,
  model,
  openDialog,
  photo,
  project,
  redoStep,
  steps,
  stepText,
  undoStep,
} from "../state/session.js";
import { percent, rateText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { endTyping } from "./end-typing.js";
import { Icon } from "./icons.js";
import { SavedSign } from "./SavedSign.js";
import { LiveChip } from "./video/CameraBar.js";

export function TopBar(): JSX.Element {
  const shown = photo.value;
  const { undo, redo } = steps.value;
  const { bar } = words();
  const undoText = undo ? fill(bar.undoStep, { step: stepText(undo) }) : bar.undo;
  const redoText = redo ? fill(bar.redoStep, { step: stepText(redo) }) : bar.redo;
  const hasNoObjects = doc.value.photos.every(({ objects }) => objects.length === 0);
  return (
    <header class="bar">
      {project.value || shown ? (
        <button
          type="button"
          class="logo"
          data-testid="home"
          title={bar.allProjects}
          aria-label={bar.home}
          onClick={() => void goHome()}
        >
          <Mark />
          <b>sam2js</b>
        </button>
      ) : (
        <span class="logo">
          <Mark />
          <b>sam2js</b>
        </span>
      )}
      {project.value && (
        <>
          <span class="sep desktop" />
          <ProjectName />
          <SavedSign />
        </>
      )}
      {shown && (
        <>
          <span class="sep desktop" />
          <button
            type="button"
            class="file"
            data-testid="open-more"
            title={bar.openMore}
            onClick={() => picker.open()}
          >
            <span class="file-name">
              <bdi>{shown.name}</bdi>
            </span>
            <span class="dim num desktop">
              {fill(bar.size, { width: `${shown.width}`, height: `${shown.height}` })}
              {shown.video?.kind === "file" && ` · ${fpsText(shown.video)}`}
            </span>
            <Icon name="open" />
          </button>
          <button
            type="button"
            class="icon-button desktop"
            aria-label={bar.import}
            title={bar.import}
            data-testid="open-menu"
            onClick={() => openDialog("open")}
          >
            <Icon name="into" />
          </button>
        </>
      )}
      <span class="grow" />
      <LiveChip />
      <button
        type="button"
        class="chip privacy"
        data-testid="privacy"
        aria-label={privacyText()}
        onClick={() => openDialog("privacy")}
      >
        <Icon name="lock" />
        <span class="chip-text">{privacyText()}</span>
      </button>
      <ModelChip />
      <button
        type="button"
        class="icon-button"
        aria-label={bar.settings}
        title={bar.settings}
        data-testid="settings"
        onClick={() => openDialog("settings")}
      >
        <Icon name="gear" />
      </button>
      {(shown || undo || redo) && (
        <>
          <span class="sep desktop" />
          <button
            type="button"
            class="icon-button"
            data-testid="undo"
            aria-label={undoText}
            title={undoText}
            disabled={!undo}
            onClick={undoStep}
          >
            <Icon name="undo" />
          </button>
          <button
            type="button"
            class="icon-button"
            data-testid="redo"
            aria-label={redoText}
            title={redoText}
            disabled={!redo}
            onClick={redoStep}
          >
            <Icon name="undo" isFlipped />
          </button>
          <button
            type="button"
            class="button primary"
            data-testid="export"
            disabled={!shown || hasNoObjects || shown.video?.kind === "camera"}
            onClick={() => openDialog("export")}
          >
            <Icon name="out" />
            {bar.export}
          </button>
        </>
      )}
      <LoadingLine />
    </header>
  );
}

function ProjectName(): JSX.Element | null {
  const now = project.value;
  if (!now) return null;
  return (
    <input
      class="name-input project-title desktop"
      dir="auto"
      aria-label={words().bar.projectName}
      data-testid="project-title"
      value={now.name}
      size={Math.min(24, Math.max(4, now.name.length))}
      readOnly={now.isReadOnly}
      onKeyDown={endTyping}
      onChange={({ currentTarget }) => void renameProject(now.id, currentTarget.value.trim() || now.name)}
    />
  );
}

function fpsText({ times, duration }: VideoFacts): string {
  return fill(words().bar.rate, { rate: rateText(times.length / duration) });
}

function privacyText(): string {
  const host = sentTo(choice.value);
  if (host) return fill(words().remote.sent, { host });
  return isOffline.value ? words().bar.offline : words().bar.privacy;
}

function ModelChip(): JSX.Element {
  const busy = loading.value;
  const info = model.value;
  const share = busy?.progress?.total ? busy.progress.done / busy.progress.total : null;
  return (
    <button type="button" class="chip" data-testid="model" onClick={() => openDialog("models")}>
      <span class="visually-hidden">{words().bar.model}</span>
      <span class={busy ? "dot busy" : info ? "dot ok" : "dot"} />
      <b>{busy?.name ?? info?.name ?? words().bar.noModel}</b>
      <span class="chip-text num">
        {busy ? (share === null ? words().bar.loading : percent(share)) : info ? deviceName(info.device) : ""}
      </span>
      <Icon name="down" />
    </button>
  );
}

/** A thin line under the bar while a model loads. */
function LoadingLine(): JSX.Element | null {
  const busy = loading.value;
  if (!busy) return null;
  const { done = 0, total } = busy.progress ?? {};
  return (
    <progress
      class="loading-line"
      aria-label={fill(words().bar.loadingName, { name: busy.name })}
      {...(total ? { value: done / total, max: 1 } : {})}
    />
  );
}

export function deviceName(device: string): string {
  return { webgpu: "WebGPU", wasm: "WASM", fake: "test" }[device] ?? device;
}

export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 26 26" aria-hidden="true">
      <rect width="26" height="26" rx="8" />
      <path d="M8 8.500c4-4.500 11-1.500 10.500 4.500s-6 8-10 5S5 12 8 8.500z" />
      <circle cx="12.600" cy="13" r="2.600" />
    </svg>
  );
}
