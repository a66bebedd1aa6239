import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { VideoFormat } from "../../protocol/clip.js";
import { download } from "../../state/exporting.js";
import { hiddenOf } from "../../state/left-out.js";
import { report } from "../../state/problems.js";
import { saveProject } from "../../state/project.js";
import { closerOfThis, object } from "../../state/session.js";
import { exportRange } from "../../state/video/export-choices.js";
import {
  exportProgress,
  runVideoExport,
  VIDEO_FORMATS,
  videoExportRequest,
} from "../../state/video/exporting.js";
import { missingFrames } from "../../state/video/tracker.js";
import { video } from "../../state/video/tracks.js";
import { fill, words } from "../../words/words.js";
import { Dialog } from "../dialogs/Dialog.js";
import { FormatTiles } from "../dialogs/export-choices.js";
import { LeftOutNote } from "../dialogs/LeftOutNote.js";
import { Segments } from "../Segments.js";
import { ClipOptions } from "./ClipOptions.js";

/** The last choice is kept for the next time. */
const format = signal<VideoFormat>("overlay");
const isOnlyChosen = signal(false);

/** Writes a video's masks: as a video, pictures or annotations. Begun by a button, since it may take a while. */
export function VideoExportDialog(): JSX.Element | null {
  const [controller, setController] = useState<AbortController | null>(null);
  const latest = useRef<AbortController | null>(null);
  latest.current = controller;
  useEffect(() => () => latest.current?.abort(new DOMException("closed", "AbortError")), []);
  if (!video.value) return null;
  const text = words().export;
  const progress = exportProgress.value;
  const missing = missingFrames(exportRange.value);
  const isMeant = (id: string) => !isOnlyChosen.value || id === object.value?.id;
  const begin = async () => {
    const own = new AbortController();
    setController(own);
    const close = closerOfThis();
    try {
      const request = videoExportRequest(format.value, isOnlyChosen.value && object.value !== undefined);
      if (request) download(await runVideoExport(request, own.signal));
    } catch (error) {
      if (!own.signal.aborted) {
        close();
        report(error, words().wrong.export);
      }
    } finally {
      setController(null);
    }
  };
  const save = async () => {
    const close = closerOfThis();
    try {
      download(await saveProject(() => {}));
    } catch (error) {
      close();
      report(error, words().wrong.saveProject);
    }
  };
  return (
    <Dialog title={text.title} name="export">
      {object.value && video.value.objects.length > 1 && (
        <Segments
          label={text.what}
          options={[
            { id: "photo", name: text.allObjects },
            { id: "object", name: object.value.name },
          ]}
          chosen={isOnlyChosen.value ? "object" : "photo"}
          onChoose={(id) => {
            isOnlyChosen.value = id === "object";
          }}
          testId={(id) => `scope-${id}`}
        />
      )}
      <LeftOutNote hidden={hiddenOf(video.value, isMeant)} videos={0} missing={0} />
      <FormatTiles
        formats={VIDEO_FORMATS}
        names={words().videoFormat}
        chosen={format.value}
        onChoose={(id) => {
          format.value = id;
        }}
      />
      <ClipOptions id={video.value.id} facts={video.value.video} format={format.value} />
      <p class="frame-note">{missing > 0 ? fill(text.untracked, { count: missing }) : ""}</p>
      {controller && (
        <progress
          class="bar-line"
          aria-label={text.writingLabel}
          value={progress ? progress.done / Math.max(1, progress.total) : 0}
          max={1}
        />
      )}
      <button type="button" class="text-button" data-testid="save-project" onClick={() => void save()}>
        {text.saveVideo}
      </button>
      <div class="dialog-actions">
        {controller && (
          <button
            type="button"
            class="button large"
            data-testid="export-cancel"
            onClick={() => controller.abort(new DOMException("cancelled", "AbortError"))}
          >
            {words().dialog.cancel}
          </button>
        )}
        <button
          type="button"
          class="button primary large stretch num"
          data-testid="download"
          disabled={controller !== null}
          onClick={() => void begin()}
        >
          {controller
            ? progress && progress.total > 1
              ? fill(text.writingOf, progress)
              : text.writing
            : text.download}
        </button>
      </div>
    </Dialog>
  );
}
