import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { type FrameRange, type Job, planJobs, type TrackDirection } from "../../domain/plan.js";
import { type Track, trackKey } from "../../domain/track.js";
import { fill, words } from "../../words/words.js";
import { takesTooLong } from "../patience.js";
import { report } from "../problems.js";
import { refusesVideo } from "../remote.js";
import * as session from "../session.js";
import { fileOf } from "./open-video.js";
import { isFollowing, isPlaying, seek } from "./playback.js";
import { promptsOf } from "./prompts-of.js";
import { shownRange } from "./range.js";
import { currentTracks, keepAnswer, video } from "./tracks.js";

export interface TrackRun {
  readonly videoId: string;
  readonly isPaused: boolean;
  readonly done: number;
  readonly total: number;
  readonly framesPerSecond: number;
  /** Who is followed on the frame in work, and which way. */
  readonly about: string;
  /** It would take long here: the user is asked before it goes on. */
  readonly isAsking: boolean;
}

/** Without a GPU, a track that takes longer than this is begun only after asking. */
const LONG_MS = 60_000;
/** Steps after which the time of the rest is known. The first ones make the engine ready. */
const TRIAL_STEPS = 4;
/** Steps over which the speed is averaged. */
const RATE_STEPS = 24;

/** The track under way, or paused. */
export const run = signal<TrackRun | null>(null);
/** Who is meant by "this object only", and which way it goes. */
export const scope = signal<{ readonly direction: TrackDirection; readonly isOnlyChosen: boolean }>({
  direction: "both",
  isOnlyChosen: false,
});
/** An answer to a click is under way. */
export const isAnswering = signal(false);

/** Frames that are still to be computed with what is chosen. */
export const open = computed<readonly Job[]>(() => {
  const shown = video.value;
  return shown?.video.kind === "file"
    ? planJobs(chosenTracks(), shown.video.times.length, scope.value.direction, shownRange.value)
    : [];
});

/** Frames of a part that are to be computed, whatever is chosen. */
export function missingFrames(part: FrameRange): number {
  const shown = video.value;
  return shown?.video.kind === "file"
    ? planJobs(currentTracks.value, shown.video.times.length, "both", part).length
    : 0;
}

export function setScope(change: Partial<typeof scope.value>): void {
  scope.value = { ...scope.value, ...change };
}

/** Nothing is being computed for the open video, and every prompt has its answer. */
export const isVideoIdle = computed(
  () => !isAnswering.value && (run.value === null || run.value.isPaused) && unanswered().length === 0,
);

/** Whether a correction is what is left: parts of lanes are out of date. */
export const isContinuing = computed(() =>
  [...currentTracks.value.values()].some((track) => track.frames.some((found) => found?.isOld)),
);

let isPumping = false;
let controller = new AbortController();
let hasAgreed = false;
let stepTimes: number[] = [];

export function startTracking(): void {
  const shown = video.value;
  if (!shown || !session.model.value || open.value.length === 0) return;
  if (run.value?.videoId === shown.id) {
    resumeTracking();
    return;
  }
  hasAgreed = false;
  stepTimes = [];
  isFollowing.value = !isPlaying.value;
  run.value = {
    videoId: shown.id,
    isPaused: false,
    done: 0,
    total: open.value.length,
    framesPerSecond: 0,
    about: "",
    isAsking: false,
  };
  session.announcement.value = words().done.tracking;
  void pump();
}

export function pauseTracking(): void {
  if (run.value) run.value = { ...run.value, isPaused: true };
}

export function resumeTracking(): void {
  const now = run.value;
  if (!now) return;
  if (now.isAsking) hasAgreed = true;
  stepTimes = [];
  run.value = { ...now, isPaused: false, isAsking: false, total: now.done + open.value.length };
  void pump();
}

/** Begins, pauses, continues: what the button says. */
export function toggleTracking(): void {
  if (run.value && !run.value.isPaused) pauseTracking();
  else if (run.value) resumeTracking();
  else startTracking();
}

/** Ends the run; what was found stays. */
export function stopTracking(): void {
  controller.abort(new DOMException("stopped", "AbortError"));
  controller = new AbortController();
  run.value = null;
  isFollowing.value = false;
}

/** Answers new prompts as they come, before anything else. Ends with the returned call. */
export function keepAnswered(): () => void {
  let before: ReadonlySet<string> = new Set();
  return effect(() => {
    const shown = video.value;
    const waiting = shown && session.model.value ? unanswered() : [];
    const isFile = shown?.video.kind === "file";
    const now = (shown?.objects ?? []).map(trackKey);
    untracked(() => {
      const isNew = now.some((key) => !before.has(key));
      before = new Set(now);
      if (run.value && run.value.videoId !== shown?.id) stopTracking();
      // A correction is looked at before the rest is computed anew.
      if (isNew && run.value && !run.value.isPaused) pauseTracking();
      if (isFile && waiting.length > 0) void pump();
    });
  });
}

function unanswered(): Job[] {
  return [...currentTracks.value].flatMap(([id, track]) =>
    track.unanswered.map((frame) => ({ frame, objectIds: [id], isReverse: false })),
  );
}

function chosenTracks(): ReadonlyMap<string, Track> {
  const chosen = session.objectId.value;
  const all = currentTracks.value;
  if (!scope.value.isOnlyChosen || !chosen) return all;
  return new Map([...all].filter(([id]) => id === chosen));
}

/** One frame after the other: answers to clicks first, then the track. */
async function pump(): Promise<void> {
  if (isPumping) return;
  isPumping = true;
  try {
    for (;;) {
      const [answer] = unanswered();
      const isRunning = run.value && !run.value.isPaused;
      const job = answer ?? (isRunning ? open.value[0] : undefined);
      if (!job || !session.model.value || !video.value) break;
      isAnswering.value = answer !== undefined;
      try {
        await step(job, answer === undefined);
      } catch (error) {
        // Stopped: there may be something else to do by now.
        if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
      }
    }
    const now = run.value;
    if (now && !now.isPaused) {
      batch(() => {
        run.value = null;
        isFollowing.value = false;
      });
      session.announcement.value = fill(words().done.tracked, { count: now.done });
    }
  } catch (error) {
    run.value = null;
    if (refusesVideo(error)) return;
    report(error, words().wrong.track, {
      label: words().remedy.trackRest,
      run: session.dismissing(() => startTracking()),
    });
  } finally {
    isPumping = false;
    isAnswering.value = false;
  }
}

async function step({ frame, objectIds, isReverse }: Job, isRun: boolean): Promise<void> {
  const shown = video.value;
  if (!shown) return;
  const asked = new Map(currentTracks.value);
  const start = performance.now();
  const answer = await session.engine().track(
    {
      video: { id: shown.id, name: shown.name, blob: fileOf(shown.id) },
      objects: promptsOf(asked),
      frame,
      objectIds,
      isReverse,
    },
    { signal: controller.signal },
  );
  keepAnswer(answer, asked);
  session.decodeMs.value = answer.elapsedMs;
  const now = run.value;
  if (!isRun || !now) return;
  stepTimes.push(performance.now() - start);
  if (stepTimes.length === TRIAL_STEPS) stepTimes = stepTimes.slice(1);
  stepTimes = stepTimes.slice(-RATE_STEPS);
  const seconds = stepTimes.reduce((sum, ms) => sum + ms, 0) / 1000;
  const framesPerSecond = stepTimes.length / seconds;
  const done = now.done + 1;
  const leftMs = (1000 * (now.total - done)) / framesPerSecond;
  const isOnTrial = session.model.value?.device !== "webgpu" && !hasAgreed && done === TRIAL_STEPS;
  const isLong = isOnTrial && takesTooLong(leftMs, LONG_MS);
  const names = shown.objects.filter(({ id }) => objectIds.includes(id)).map(({ name }) => name);
  const who = names.length > 1 ? fill(words().count.objects, { count: names.length }) : (names[0] ?? "");
  const { goesBackward, goesForward } = words().track;
  const about = fill(isReverse ? goesBackward : goesForward, { who });
  run.value = { ...now, done, framesPerSecond, about, isAsking: isLong, isPaused: now.isPaused || isLong };
  if (isFollowing.value) seek(frame);
}
