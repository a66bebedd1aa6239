import type { JSX } from "preact";
import { editHere } from "../state/projects.js";
import { project } from "../state/session.js";

/** Over a project that another tab edits. */
export function ReaderBar(): JSX.Element | null {
  if (!project.value?.isReadOnly) return null;
  return (
    <div class="reader-bar card" role="status" data-testid="reader">
      <span>Another tab edits this project. Here you can look and export.</span>
      <button type="button" class="button small" data-testid="edit-here" onClick={() => void editHere()}>
        Edit here
      </button>
    </div>
  );
}
