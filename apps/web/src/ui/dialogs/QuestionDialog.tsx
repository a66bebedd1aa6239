import type { JSX } from "preact";
import { closeDialog, question } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Dialog } from "./Dialog.js";

/** Asks before something is done that nothing brings back. */
export function QuestionDialog(): JSX.Element | null {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Dialog title={asked.title} name="question">
      <p>{asked.text}</p>
      <div class="dialog-actions">
        <button type="button" class="button large stretch" data-testid="answer-no" onClick={closeDialog}>
          {words().dialog.cancel}
        </button>
        <button
          type="button"
          class="button large stretch danger"
          data-testid="answer-yes"
          onClick={() => {
            closeDialog();
            asked.run();
          }}
        >
          {asked.action}
        </button>
      </div>
    </Dialog>
  );
}
