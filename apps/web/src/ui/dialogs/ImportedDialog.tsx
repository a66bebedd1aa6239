import type { JSX } from "preact";
import { type ImportReport, importAgain, imported } from "../../state/importing.js";
import { closeDialog, steps, undoStep } from "../../state/session.js";
import { fill, words } from "../../words/words.js";
import { Segments } from "../Segments.js";
import { Dialog } from "./Dialog.js";

/** What an import has brought, and what it could not use. */
export function ImportedDialog(): JSX.Element | null {
  const report = imported.value;
  if (!report) return null;
  const text = words().imported;
  const count = report.masks + report.boxes;
  return (
    <Dialog title={text.title} name="imported">
      <p data-testid="imported-count">
        {count === 0
          ? text.nothing
          : fill(text.on, {
              objects: fill(words().count.objects, { count }),
              photos: fill(words().count.photos, { count: report.photos }),
            })}
      </p>
      {report.boxes > 0 && <p class="dim">{fill(text.boxes, { count: report.boxes })}</p>}
      {report.known > 0 && <p class="dim">{fill(text.known, { count: report.known })}</p>}
      {report.hasNumbers && <Numbers report={report} />}
      <LeftOut
        title={fill(text.unknown, { count: report.unknown.length })}
        testId="imported-unknown"
        lines={report.unknown}
      />
      <LeftOut
        title={fill(text.problems, { count: report.problems.length })}
        testId="imported-problems"
        lines={report.problems.map(({ path, text: why }) => `${path}: ${why}`)}
      />
      <div class="dialog-actions">
        {count > 0 && steps.value.undo && (
          <button
            type="button"
            class="button large stretch"
            data-testid="imported-undo"
            onClick={() => {
              closeDialog();
              undoStep();
            }}
          >
            {text.undo}
          </button>
        )}
        <button
          type="button"
          class="button primary large stretch"
          data-testid="imported-ok"
          onClick={closeDialog}
        >
          {text.goOn}
        </button>
      </div>
    </Dialog>
  );
}

function Numbers({ report }: { report: ImportReport }): JSX.Element {
  const text = words().imported;
  return (
    <div class="option">
      {text.numbers}
      <Segments
        label={text.numbers}
        options={(["objects", "classes"] as const).map((id) => ({ id, name: text.numbersAre[id] }))}
        chosen={report.numbersAre}
        onChoose={(id) => void importAgain(id)}
        testId={(id) => `numbers-${id}`}
      />
    </div>
  );
}

function LeftOut(props: { title: string; testId: string; lines: readonly string[] }): JSX.Element | null {
  if (props.lines.length === 0) return null;
  return (
    <details class="left-out" data-testid={props.testId}>
      <summary>{props.title}</summary>
      <ul>
        {props.lines.map((line, i) => (
          <li key={`${i} ${line}`}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
