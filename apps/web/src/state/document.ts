import { computed, signal } from "@preact/signals";
import type { Command } from "../domain/commands.js";
import { type Doc, EMPTY_DOC } from "../domain/document.js";
import { amend, apply, createHistory, labels, seal } from "../domain/history.js";
import { words } from "../words/words.js";
import { say } from "./telling.js";

/** The project that is open in this tab. */
export interface OpenProject {
  readonly id: string;
  readonly name: string;
  /** Another tab edits it: here it is only looked at. */
  readonly isReadOnly: boolean;
}

/** Whether what is open is on the device. */
export type Saving =
  | { readonly kind: "saved" | "saving" | "off" }
  | { readonly kind: "failed"; readonly why: string };

export const history = signal(createHistory(EMPTY_DOC));
export const doc = computed<Doc>(() => history.value.present);

export const steps = computed(() => labels(history.value));

/** Null on the start page, and until the first photo is there. */
export const project = signal<OpenProject | null>(null);
export const saving = signal<Saving>({ kind: "saved" });

/** The one way to change the document. */
export function dispatch(command: Command): void {
  if (refusesReader()) return;
  history.value = apply(history.value, command);
}

/** Changes the document for good: no step of undo takes it back. */
export function dispatchForGood(command: Command): void {
  if (!refusesReader()) history.value = amend(history.value, command);
}

/** Adds photos. A document begins with its first ones: they are no step that undo could take back. */
export function open(command: Command): void {
  if (refusesReader()) return;
  const { present, past } = history.value;
  if (present.photos.length > 0 || past.length > 0) dispatch(command);
  else history.value = createHistory(command.apply(present));
}

/** Says so where another tab edits the project. */
export function refusesReader(): boolean {
  if (!project.value?.isReadOnly) return false;
  say(words().done.readOnly);
  return true;
}

export function endStep(): void {
  history.value = seal(history.value);
}

let lastId = 0;

/** Numbers up to this one are taken, by a project that was opened. */
export function reserveIds(upTo: number): void {
  lastId = Math.max(lastId, upTo);
}

/** An id that is used once in this session, the same ones in the same order each time. */
export function newId(kind: string): string {
  lastId += 1;
  return `${kind}-${lastId}`;
}
