import type { JSX } from "preact";
import { live, liveRate, startCamera, stopCamera } from "../../state/video/camera.js";
import { freezeFrame } from "../../state/video/freeze-frame.js";
import { isRecording, startRecording, stopRecording } from "../../state/video/recording.js";
import { video } from "../../state/video/tracks.js";
import { numberText } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Icon } from "../icons.js";

/** Under a camera's picture: whether it is on, and what can be done with it. */
export function CameraBar(): JSX.Element | null {
  const shown = video.value;
  if (shown?.video.kind !== "camera") return null;
  const text = words().camera;
  const isOn = live.value?.id === shown.id;
  return (
    <section class="timeline camera-bar card" aria-label={text.title} data-testid="camera-bar">
      <div class="timeline-head">
        {isOn ? <span class="live-dot" aria-hidden="true" /> : <Icon name="camera" />}
        <span class="num" data-testid="camera-status">
          {isOn
            ? shown.objects.length > 0
              ? fill(text.live, { rate: numberText(liveRate.value, 1) })
              : text.liveClick
            : text.off}
        </span>
        <span class="dim desktop" data-testid="recording-text">
          {isRecording.value ? text.recordingHere : text.nothingRecorded}
        </span>
        <span class="grow" />
        {isOn && (
          <button
            type="button"
            class="button"
            aria-pressed={isRecording.value}
            aria-label={isRecording.value ? text.endRecording : text.record}
            data-testid="record"
            onClick={isRecording.value ? stopRecording : startRecording}
          >
            <span class={isRecording.value ? "record-sign is-on" : "record-sign"} aria-hidden="true" />
            <span class="desktop">{isRecording.value ? text.endRecording : text.record}</span>
          </button>
        )}
        <button
          type="button"
          class="button"
          aria-label={text.freezeLabel}
          data-testid="freeze"
          onClick={() => void freezeFrame()}
        >
          <Icon name="lift" />
          <span class="desktop">{text.freeze}</span>
        </button>
        {isOn ? (
          <button type="button" class="button primary" data-testid="camera-off" onClick={stopCamera}>
            {text.stop}
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            data-testid="camera-on"
            onClick={() => void startCamera(shown.id)}
          >
            {text.start}
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
      <b>{isRecording.value ? words().camera.recording : words().camera.on}</b>
      <span>{words().camera.stop}</span>
    </button>
  );
}
