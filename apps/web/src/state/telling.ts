import { batch, signal } from "@preact/signals";
import { goOn } from "./click-time.js";

export type DialogName =
  | "export"
  | "models"
  | "privacy"
  | "keys"
  | "settings"
  | "question"
  | "open"
  | "imported";

/** What went wrong, in one sentence, and one thing to do about it. */
export interface Problem {
  readonly text: string;
  /** Typed code and message, to copy. */
  readonly details: string;
  readonly remedy?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Something to be sure of before it is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says. */
  readonly action: string;
  readonly run: () => void;
}

/** Name of the file that is being opened, where that takes time. */
export const opening = signal<string | null>(null);
export const problem = signal<Problem | null>(null);
export const dialog = signal<DialogName | null>(null);

/** Counts the dialogs that were opened. */
export const dialogCount = signal(0);

export const question = signal<Question | null>(null);

/** Read out politely by screen readers. */
export const announcement = signal("");

/** What was just done, to be seen for a moment. */
export const notice = signal("");

const NOTICE_MS = 3000;

let noticeEnds: ReturnType<typeof setTimeout> | undefined;

/** Tells what was done, to eyes and to screen readers. */
export function say(text: string): void {
  announce(text);
  notice.value = text;
  clearTimeout(noticeEnds);
  noticeEnds = setTimeout(() => {
    notice.value = "";
  }, NOTICE_MS);
}

/** Tells screen readers what eyes see anyway. */
export function announce(text: string): void {
  announcement.value = text;
}

export function openDialog(name: DialogName): void {
  if (dialog.value === name) return;
  batch(() => {
    dialogCount.value += 1;
    dialog.value = name;
  });
  goOn();
}

export function closeDialog(): void {
  dialog.value = null;
  goOn();
}

/** @returns  ends the dialog that is open now: called late, it leaves one alone that was opened meanwhile */
export function closerOfThis(): () => void {
  const count = dialogCount.peek();
  return () => {
    if (dialogCount.peek() === count) closeDialog();
  };
}

export function dismissProblem(): void {
  problem.value = null;
}

/** What a remedy does, and the problem is gone. */
export function dismissing(remedy: () => void): () => void {
  return () => {
    dismissProblem();
    remedy();
  };
}

/** Asks before something is done that nothing brings back. */
export function askFirst(asked: Question): void {
  question.value = asked;
  openDialog("question");
}
