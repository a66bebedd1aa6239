import { signal } from "@preact/signals";

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
  dialog.value = name;
}

export function closeDialog(): void {
  dialog.value = null;
}

export function dismissProblem(): void {
  problem.value = null;
}

/** Asks before something is done that nothing brings back. */
export function askFirst(asked: Question): void {
  question.value = asked;
  dialog.value = "question";
}
