import type { JSX } from "preact";
import { live, liveRate, startCamera, stopCamera } from "../../state/video/camera.js";
import { freezeFrame } from "../../state/video/freeze-frame.js";
import { isRecording, startRecording, stopRecording } from "../../state/video/recording.js";
import { video } from "../../state/video/tracks.js";
import { Icon } from "../icons.js";

/** Under a camera's picture: whether it is on, and what can be done with it. */
export function CameraBar(): JSX.Element | null {
  const shown = video.value;
  if (shown?.video.kind !== "camera") return null;
  const isOn = live.value?.id === shown.id;
  return (
    <section class="timeline camera-bar card" aria-label="Camera" data-testid="camera-bar">
      <div class="timeline-head">
        {isOn ? <span class="live-dot" aria-hidden="true" /> : <Icon name="camera" />}
        <span class="num" data-testid="camera-status">
          {isOn
            ? shown.objects.length > 0
              ? `Live · ${liveRate.value.toFixed(1)} frames/s`
              : "Live · click an object"
            : "The camera is off"}
        </span>
        <span class="dim desktop" data-testid="recording-text">
          {isRecording.value ? "Recording, on this device" : "Nothing is recorded"}
        </span>
        <span class="grow" />
        {isOn && (
          <button
            type="button"
            class="button"
            aria-pressed={isRecording.value}
            aria-label={isRecording.value ? "End recording" : "Record"}
            data-testid="record"
            onClick={isRecording.value ? stopRecording : startRecording}
          >
            <span class={isRecording.value ? "record-sign is-on" : "record-sign"} aria-hidden="true" />
            <span class="desktop">{isRecording.value ? "End recording" : "Record"}</span>
          </button>
        )}
        <button
          type="button"
          class="button"
          aria-label="Freeze: take this frame as a photo"
          data-testid="freeze"
          onClick={() => void freezeFrame()}
        >
          <Icon name="lift" />
          <span class="desktop">Freeze</span>
        </button>
        {isOn ? (
          <button type="button" class="button primary" data-testid="camera-off" onClick={stopCamera}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            data-testid="camera-on"
            onClick={() => void startCamera(shown.id)}
          >
            Start
          </button>
        )}
      </div>
    </section>
  );
}

/** In the bar above, whatever else is on screen: that the camera is on, and how to end that. */
export function LiveChip(): JSX.Element | null {
  if (!live.value) return null;
  return (
    <button type="button" class="chip live-chip" data-testid="live-chip" onClick={stopCamera}>
      <span class="live-dot" aria-hidden="true" />
      <b>{isRecording.value ? "Recording" : "Camera on"}</b>
      <span>Stop</span>
    </button>
  );
}
