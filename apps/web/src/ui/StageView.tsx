import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { painterLosses } from "../clients/painter-service.js";
import { listenToPointers } from "../input/pointer.js";
import { startRenderer } from "../stage/renderer.js";
import { camera, fit, type Insets, setStage, zoomBy } from "../state/camera.js";
import { everything } from "../state/everything.js";
import { missingIds } from "../state/missing.js";
import * as session from "../state/session.js";
import { isPanning, isSpaceHeld, setCornerRadius } from "../state/stage-state.js";
import { run } from "../state/video/tracker.js";
import { percent } from "../words/numbers.js";
import { fill, isRightToLeft, words } from "../words/words.js";
import { ContextBar } from "./ContextBar.js";
import { DraftNote } from "./DraftNote.js";
import { Icon } from "./icons.js";
import { Loupe } from "./Loupe.js";
import { MissingNote } from "./MissingNote.js";
import { ProblemBar } from "./ProblemBar.js";
import { ReaderBar } from "./ReaderBar.js";
import { Sheen } from "./Sheen.js";
import { StatusLine } from "./StatusLine.js";
import { Tags } from "./Tags.js";

/** As in the styles: a phone held upright. */
const PHONE = "(max-width: 45em) and (min-height: 30.0625em), (max-width: 30em)";
const PHONE_ON_ITS_SIDE = "(max-height: 31.25em) and (min-width: 30.0625em)";

/** What floats over the stage: nothing on a phone held upright, the dock where lines begin on its side, else below. */
function freeOf(isPhone: boolean, isOnItsSide: boolean): Insets {
  // Sizes follow the text's.
  const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  if (isPhone) return { top: 8, right: 8, bottom: 8, left: 8 };
  if (isOnItsSide) {
    const [start, end] = [114 * em, 12];
    const [left, right] = isRightToLeft() ? [end, start] : [start, end];
    return { top: 12, right, bottom: 12, left };
  }
  return { top: 22, right: 22, bottom: 92 * em, left: 22 };
}

export function StageView(): JSX.Element {
  const host = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    // What was focused went with the start page.
    if (document.activeElement === document.body) canvas.current.focus({ preventScroll: true });
    const stop = startRenderer(canvas.current);
    const deafen = listenToPointers(canvas.current);
    return () => {
      stop();
      deafen();
    };
  }, [painterLosses.value]);
  useEffect(() => {
    if (!host.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 1, height = 1 } = entry?.contentRect ?? {};
      setStage({ width, height }, freeOf(matchMedia(PHONE).matches, matchMedia(PHONE_ON_ITS_SIDE).matches));
      if (canvas.current) setCornerRadius(Number.parseFloat(getComputedStyle(canvas.current).borderRadius));
    });
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [isRightToLeft()]);
  return (
    <main
      ref={host}
      class="stage painted"
      id="stage"
      aria-label={words().stage.photo}
      data-phase={phase()}
      data-device={session.model.value?.device}
      data-model={session.model.value?.name}
      data-objects={session.photo.value?.objects.length}
      data-photo={photoRectangle()}
      data-frame={session.photo.value?.video ? session.frame.value : undefined}
      data-decode-ms={session.decodeMs.value.toFixed(1)}
      data-last-click-ms={session.lastClickMs.value?.toFixed(1)}
    >
      <canvas
        key={painterLosses.value}
        ref={canvas}
        class="layer top"
        tabIndex={0}
        role="application"
        aria-label={fill(words().stage.about, { name: session.photo.value?.name ?? "" })}
        data-testid="stage"
        data-cursor={cursor()}
      />
      <Sheen />
      <DraftNote />
      <Tags />
      <ContextBar />
      <Loupe />
      <div class="zoom card" role="group" aria-label={words().stage.zoom}>
        <button
          type="button"
          class="icon-button"
          aria-label={words().stage.zoomOut}
          onClick={() => zoomBy(1 / 1.25)}
        >
          <Icon name="minus" />
        </button>
        <span class="num zoom-value" data-testid="zoom">
          {percent(camera.value.scale)}
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label={words().stage.zoomIn}
          data-testid="zoom-in"
          onClick={() => zoomBy(1.25)}
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={words().stage.fit}
          data-testid="zoom-fit"
          onClick={fit}
        >
          <Icon name="fit" />
        </button>
      </div>
      <ReaderBar />
      <MissingNote />
      <StatusLine />
      <ProblemBar />
    </main>
  );
}

/** What the app is doing, for people's eyes in the status line and for tests. */
export function phase(): string {
  if (session.dialog.value === "export") return "exporting";
  if (everything.value?.isRunning) return "generating";
  if (run.value && !run.value.isPaused) return "tracking";
  if (session.encoding.value) return "encoding";
  if (!session.model.value) return session.loading.value ? "loading" : "no-model";
  if (session.photo.value?.video) return "ready";
  if (missingIds.value.has(session.photoId.value ?? "")) return "missing";
  return session.encoded.value.has(session.photoId.value ?? "") ? "ready" : "loading";
}

/** Where the photo lies on the stage, in CSS pixels: left, top, width, height. */
function photoRectangle(): string {
  const { scale, left, top } = camera.value;
  const { width = 0, height = 0 } = session.photo.value ?? {};
  return [left, top, width * scale, height * scale].map((value) => value.toFixed(1)).join(" ");
}

function cursor(): string {
  if (isPanning.value) return "grabbing";
  if (isSpaceHeld.value || session.tool.value === "move") return "grab";
  if (session.tool.value === "brush" || session.tool.value === "erase") return "none";
  if (session.tool.value === "box") return "crosshair";
  if (everything.value) return "pointer";
  return session.isIncluding.value ? "include" : "exclude";
}
