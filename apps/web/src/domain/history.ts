import type { Command } from "./commands.js";
import type { Doc } from "./document.js";
import type { StepLabel } from "./step-label.js";

/** Older steps are forgotten: documents share what did not change, so a step costs a few objects. Their masks are kept as long. */
export const MAX_STEPS = 2000;

interface Step {
  readonly before: Doc;
  readonly label: StepLabel;
  readonly mergeKey: string | undefined;
}

/** Where one is in the history of a document. Immutable. */
export interface History {
  readonly present: Doc;
  readonly past: readonly Step[];
  readonly future: readonly { readonly after: Doc; readonly label: StepLabel }[];
  /** False after undo, redo or the end of a drag: the next command starts a step of its own. */
  readonly isOpen: boolean;
}

export function createHistory(doc: Doc): History {
  return { present: doc, past: [], future: [], isOpen: false };
}

/** Applies a command. What changes nothing makes no step. */
export function apply(history: History, command: Command): History {
  const present = command.apply(history.present);
  if (present === history.present) return history;
  const last = history.past.at(-1);
  const joins =
    last && history.isOpen && command.mergeKey !== undefined && last.mergeKey === command.mergeKey;
  const step = { before: history.present, label: command.label, mergeKey: command.mergeKey };
  const past = joins
    ? history.past.with(-1, { ...last, label: command.label })
    : [...history.past, step].slice(-MAX_STEPS);
  return { present, past, future: [], isOpen: true };
}

/** Applies a command to every state, so that no step takes it back: what was written to files, for example. */
export function amend(history: History, { apply: change }: Command): History {
  return {
    ...history,
    present: change(history.present),
    past: history.past.map((step) => ({ ...step, before: change(step.before) })),
    future: history.future.map((step) => ({ ...step, after: change(step.after) })),
  };
}

/** Ends a drag: later steps with the same key are steps of their own. */
export function seal(history: History): History {
  return history.isOpen ? { ...history, isOpen: false } : history;
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    present: step.before,
    past: history.past.slice(0, -1),
    future: [...history.future, { after: history.present, label: step.label }],
    isOpen: false,
  };
}

export function redo(history: History): History {
  const step = history.future.at(-1);
  if (!step) return history;
  return {
    present: step.after,
    past: [...history.past, { before: history.present, label: step.label, mergeKey: undefined }],
    future: history.future.slice(0, -1),
    isOpen: false,
  };
}

/** What undo and redo would take back and bring again; undefined where there is nothing. */
export function labels(history: History): { undo: StepLabel | undefined; redo: StepLabel | undefined } {
  return { undo: history.past.at(-1)?.label, redo: history.future.at(-1)?.label };
}
