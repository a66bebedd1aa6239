import type { JSX } from "preact";
import { dismissProblem, problem } from "../state/session.js";
import { words } from "../words/words.js";
import { Icon } from "./icons.js";

/** What went wrong, over the dock: one sentence, one remedy. */
export function ProblemBar(): JSX.Element | null {
  const shown = problem.value;
  if (!shown) return null;
  return (
    <div class="problem card" data-testid="problem">
      <span class="problem-text">
        {shown.text}
        <details>
          <summary>{words().stage.details}</summary>
          <code>{shown.details}</code>
        </details>
      </span>
      {shown.remedy && (
        <button type="button" class="button" onClick={shown.remedy.run}>
          {shown.remedy.label}
        </button>
      )}
      <button type="button" class="icon-button" aria-label={words().stage.dismiss} onClick={dismissProblem}>
        <Icon name="close" />
      </button>
    </div>
  );
}
