import type { JSX } from "preact";
import type { VideoFacts } from "../domain/document.js";
import { picker } from "../state/picker.js";
import { goHome, renameProject } from "../state/projects.js";
import {
  dialog,
  doc,
  isOffline,
  loading,
  model,
  photo,
  project,
  redoStep,
  steps,
  undoStep,
} from "../state/session.js";
import { Icon } from "./icons.js";
import { SavedSign } from "./SavedSign.js";
import { LiveChip } from "./video/CameraBar.js";

export function TopBar(): JSX.Element {
  const shown = photo.value;
  const { undo, redo } = steps.value;
  const hasNoObjects = doc.value.photos.every(({ objects }) => objects.length === 0);
  return (
    <header class="bar">
      {project.value || shown ? (
        <button
          type="button"
          class="logo"
          data-testid="home"
          title="All projects"
          aria-label="sam2js: all projects"
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
            title="Open more photos or a video (O)"
            onClick={() => picker.open()}
          >
            <span class="file-name">{shown.name}</span>
            <span class="dim num desktop">
              {shown.width} × {shown.height}
              {shown.video?.kind === "file" && ` · ${rateText(shown.video)}`}
            </span>
            <Icon name="open" />
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
        onClick={() => open("privacy")}
      >
        <Icon name="lock" />
        <span class="chip-text">{privacyText()}</span>
      </button>
      <ModelChip />
      <button
        type="button"
        class="icon-button"
        aria-label="Settings"
        title="Settings"
        data-testid="settings"
        onClick={() => open("settings")}
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
            aria-label={undo ? `Undo: ${undo}` : "Undo"}
            title={undo ? `Undo: ${undo}` : "Undo"}
            disabled={!undo}
            onClick={undoStep}
          >
            <Icon name="undo" />
          </button>
          <button
            type="button"
            class="icon-button"
            data-testid="redo"
            aria-label={redo ? `Redo: ${redo}` : "Redo"}
            title={redo ? `Redo: ${redo}` : "Redo"}
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
            onClick={() => open("export")}
          >
            <Icon name="out" />
            Export
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
      aria-label="Name of the project"
      data-testid="project-title"
      value={now.name}
      size={Math.min(24, Math.max(4, now.name.length))}
      readOnly={now.isReadOnly}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
      }}
      onChange={({ currentTarget }) => void renameProject(now.id, currentTarget.value.trim() || now.name)}
    />
  );
}

function rateText({ times, duration }: VideoFacts): string {
  const rate = times.length / duration;
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} fps`;
}

function privacyText(): string {
  return isOffline.value ? "Offline, all works" : "Nothing uploaded";
}

function ModelChip(): JSX.Element {
  const busy = loading.value;
  const info = model.value;
  const percent = busy?.progress?.total ? Math.floor((100 * busy.progress.done) / busy.progress.total) : null;
  return (
    <button type="button" class="chip" data-testid="model" onClick={() => open("models")}>
      <span class="visually-hidden">Model</span>
      <span class={busy ? "dot busy" : info ? "dot ok" : "dot"} />
      <b>{busy?.name ?? info?.name ?? "No model"}</b>
      <span class="chip-text num">
        {busy ? (percent === null ? "loading" : `${percent} %`) : info ? deviceName(info.device) : ""}
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
      aria-label={`Loading ${busy.name}`}
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

function open(name: "export" | "models" | "privacy" | "settings"): void {
  dialog.value = name;
}
