import { lastClickMs } from "./model.js";

/** So long what a click changes on the page waits for the click's mask: each picture without it takes its time from the answer. */
const ANSWER_MS = 60;

/** When the click was made whose mask is not on screen yet. */
let started: number | null = null;
let due: ReturnType<typeof setTimeout> | undefined;
const waiting: (() => void)[] = [];

export function noteClick(): void {
  started = performance.now();
  performance.mark("sam2js:decode");
}

/** Called by the stage once a picture with the mask of this click is on screen, since `at` on the clock of the page. */
export function noteDrawn(click: number, at: number): void {
  if (started !== click) return;
  lastClickMs.value = at - started;
  performance.mark("sam2js:paint");
  started = null;
  goOn();
}

/** The click whose mask is awaited; null when none is. */
export function clickNumber(): number | null {
  return started;
}

/** Whether a click's mask may be on screen in a moment. */
export function isAnswerDue(): boolean {
  return started !== null && performance.now() - started < ANSWER_MS;
}

/** Runs what can wait: once the mask that is about to come is on screen, or when it takes longer; else at once. */
export function afterAnswer(run: () => void): void {
  if (isAnswerDue()) {
    waiting.push(run);
    due ??= setTimeout(goOn, ANSWER_MS);
  } else queueMicrotask(run);
}

/** Runs at once what waits for a mask: of a dialog that opens or ends, the next key must find the focus where it belongs. */
export function goOn(): void {
  clearTimeout(due);
  due = undefined;
  for (const run of waiting.splice(0)) run();
}
