import type { JSX } from "preact";
import {
  closeEverything,
  everything,
  hoveredFound,
  keepFound,
  passing,
  quality,
  smallest,
  startEverything,
  stopEverything,
  tick,
  ticked,
  toKeep,
} from "../state/everything.js";
import { Icon } from "./icons.js";
import { MaskThumb } from "./MaskThumb.js";
import { Slider } from "./Slider.js";

const DETAILS = [8, 16, 32, 64];
/** Shares of the photo that the smallest mask may have. */
const SHARES = [0, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

export function EverythingPanel(): JSX.Element | null {
  const run = everything.value;
  if (!run) return null;
  const shown = passing.value;
  const best = Math.max(0, ...run.found.map(({ score }) => score));
  const hidden = run.found.length - shown.length;
  return (
    <div class="pane everything">
      <div class="pane-head">
        <h2>Everything</h2>
        <span class="grow" />
        {run.isRunning ? (
          <button type="button" class="button small" data-testid="stop" onClick={stopEverything}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            class="icon-button"
            aria-label="Close Everything"
            data-testid="close-everything"
            onClick={closeEverything}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div class="progress-block">
        <progress class="bar-line" value={run.done} max={run.total || 1} aria-label="Points of the grid" />
        <div class="between num">
          <span data-testid="found-count">{shown.length} found</span>
          <span class="dim">
            {run.done} of {run.total} points, {run.seconds.toFixed(run.seconds < 10 ? 1 : 0)} s
          </span>
        </div>
      </div>
      <div class="section">
        <Slider
          name="Search grid"
          testId="detail"
          value={DETAILS.indexOf(run.pointsPerSide)}
          max={DETAILS.length - 1}
          text={`${run.pointsPerSide} × ${run.pointsPerSide}`}
          onInput={(step) => void startEverything(DETAILS[step])}
        />
        <Slider
          name="Quality"
          testId="quality"
          value={quality.value}
          min={0.5}
          max={0.98}
          step={0.01}
          text={quality.value.toFixed(2)}
          onInput={(value) => {
            quality.value = value;
          }}
        />
        <Slider
          name="Smallest"
          testId="smallest"
          value={nearestShare(smallest.value)}
          max={SHARES.length - 1}
          text={`${(100 * smallest.value).toFixed(2).replace(/\.?0+$/, "")} %`}
          onInput={(step) => {
            smallest.value = SHARES[step] ?? 0;
          }}
        />
      </div>
      <div class="section found">
        <h3>
          Found <span>largest first</span>
        </h3>
        {shown.length === 0 && !run.isRunning && (
          <p class="empty">
            {run.found.length === 0
              ? "Nothing was found. More detail, or a sharper model, may help."
              : `${hidden} masks are below quality ${quality.value.toFixed(2)}, best ${best.toFixed(2)}.`}
            {run.found.length > 0 && (
              <button
                type="button"
                class="button small"
                onClick={() => {
                  quality.value = Math.max(0.5, Math.floor(20 * best) / 20 - 0.05);
                }}
              >
                Lower it
              </button>
            )}
          </p>
        )}
        <div class="found-grid">
          {shown.slice(0, 60).map((found) => {
            const isTicked = ticked.value.has(found.id);
            return (
              <button
                key={found.id}
                type="button"
                class={isTicked ? "found-item on" : "found-item"}
                aria-pressed={isTicked}
                aria-label={`Mask ${found.number}, quality ${found.score.toFixed(2)}`}
                data-testid="found-mask"
                onClick={() => tick(found.id)}
                onPointerEnter={() => {
                  hoveredFound.value = found.id;
                }}
                onPointerLeave={() => {
                  hoveredFound.value = null;
                }}
              >
                <MaskThumb view={found.view} number={found.number} />
                {isTicked && (
                  <b class="tick">
                    <Icon name="ok" />
                  </b>
                )}
              </button>
            );
          })}
        </div>
        {shown.length > 60 && <p class="dim num">and {shown.length - 60} smaller ones on the photo</p>}
      </div>
      <div class="section actions">
        <button
          type="button"
          class="button"
          disabled={shown.length === 0}
          onClick={() => {
            ticked.value = ticked.value.size > 0 ? new Set() : new Set(shown.map(({ id }) => id));
          }}
        >
          {ticked.value.size > 0 ? "Select none" : "Select all"}
        </button>
        <button
          type="button"
          class="button primary"
          data-testid="keep"
          disabled={toKeep.value.length === 0}
          onClick={keepFound}
        >
          Keep {toKeep.value.length} as objects
        </button>
      </div>
    </div>
  );
}

function nearestShare(value: number): number {
  const distances = SHARES.map((share) => Math.abs(share - value));
  return distances.indexOf(Math.min(...distances));
}
