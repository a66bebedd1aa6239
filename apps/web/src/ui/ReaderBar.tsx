import type { JSX } from "preact";
import { editHere } from "../state/projects.js";
import { project } from "../state/session.js";
import { words } from "../words/words.js";

/** Over a project that another tab edits. */
export function ReaderBar(): JSX.Element | null {
  if (!project.value?.isReadOnly) return null;
  return (
    <div class="reader-bar card" role="status" data-testid="reader">
      <span>{words().stage.readOnly}</span>
      <button type="button" class="button small" data-testid="edit-here" onClick={() => void editHere()}>
        {words().stage.editHere}
      </button>
    </div>
  );
}
