import type { JSX } from "preact";
import {
  closeEverything,
  everything,
  hoverFound,
  keepFound,
  passing,
  quality,
  setQuality,
  setSmallest,
  smallest,
  startEverything,
  stopEverything,
  tick,
  tickAll,
  ticked,
  toKeep,
} from "../state/everything.js";
import { numberText, percent, rateText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { Icon } from "./icons.js";
import { MaskThumb } from "./MaskThumb.js";
import { Slider } from "./Slider.js";

const DETAILS = [8, 16, 32, 64];
/** Shares of the photo that the smallest mask may have. */
const SHARES = [0, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

export function EverythingPanel(): JSX.Element | null {
  const run = everything.value;
  if (!run) return null;
  const text = words().everything;
  const shown = passing.value;
  const best = Math.max(0, ...run.found.map(({ score }) => score));
  const hidden = run.found.length - shown.length;
  return (
    <div class="pane everything">
      <div class="pane-head">
        <h2>{text.title}</h2>
        <span class="grow" />
        {run.isRunning ? (
          <button type="button" class="button small" data-testid="stop" onClick={stopEverything}>
            {text.stop}
          </button>
        ) : (
          <button
            type="button"
            class="icon-button"
            aria-label={text.close}
            data-testid="close-everything"
            onClick={closeEverything}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div class="progress-block">
        <progress class="bar-line" value={run.done} max={run.total || 1} aria-label={text.grid} />
        <div class="between num">
          <span data-testid="found-count">{fill(text.foundCount, { count: shown.length })}</span>
          <span class="dim">
            {fill(text.progress, { done: run.done, total: run.total, seconds: rateText(run.seconds) })}
          </span>
        </div>
      </div>
      <div class="section">
        <Slider
          name={text.detail}
          testId="detail"
          value={DETAILS.indexOf(run.pointsPerSide)}
          max={DETAILS.length - 1}
          text={`${run.pointsPerSide} × ${run.pointsPerSide}`}
          onInput={(step) => void startEverything(DETAILS[step])}
        />
        <Slider
          name={text.quality}
          testId="quality"
          value={quality.value}
          min={0.5}
          max={0.98}
          step={0.01}
          text={numberText(quality.value, 2)}
          onInput={setQuality}
        />
        <Slider
          name={text.smallest}
          testId="smallest"
          value={nearestShare(smallest.value)}
          max={SHARES.length - 1}
          text={percent(smallest.value, 2)}
          onInput={(step) => setSmallest(SHARES[step] ?? 0)}
        />
      </div>
      <div class="section found">
        <h3>
          {text.found} <span>{text.largestFirst}</span>
        </h3>
        {shown.length === 0 && !run.isRunning && (
          <p class="empty">
            {run.found.length === 0
              ? text.nothing
              : fill(text.below, {
                  count: hidden,
                  quality: numberText(quality.value, 2),
                  best: numberText(best, 2),
                })}
            {run.found.length > 0 && (
              <button
                type="button"
                class="button small"
                onClick={() => setQuality(Math.max(0.5, Math.floor(20 * best) / 20 - 0.05))}
              >
                {text.lower}
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
                aria-label={fill(text.mask, { number: found.number, score: numberText(found.score, 2) })}
                data-testid="found-mask"
                onClick={() => tick(found.id)}
                onPointerEnter={() => hoverFound(found.id)}
                onPointerLeave={() => hoverFound(null)}
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
        {shown.length > 60 && <p class="dim num">{fill(text.more, { count: shown.length - 60 })}</p>}
      </div>
      <div class="section actions">
        <button type="button" class="button" disabled={shown.length === 0} onClick={tickAll}>
          {ticked.value.size > 0 ? text.none : text.all}
        </button>
        <button
          type="button"
          class="button primary"
          data-testid="keep"
          disabled={toKeep.value.length === 0}
          onClick={keepFound}
        >
          {fill(text.keep, { count: toKeep.value.length })}
        </button>
      </div>
    </div>
  );
}

function nearestShare(value: number): number {
  const distances = SHARES.map((share) => Math.abs(share - value));
  return distances.indexOf(Math.min(...distances));
}
