import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { ExportedFile } from "../protocol/engine.js";
import { copyCutOut, liftChosen } from "../state/cut-outs.js";
import { dragOut } from "../state/exporting.js";
import { words } from "../words/words.js";
import { Icon } from "./icons.js";

interface Lifted {
  readonly file: ExportedFile;
  readonly url: string;
}

/** Copies the cut-out; dragged off the stage, it takes the cut-out along as a file. */
export function LiftButton(): JSX.Element {
  // A drag needs its file at once, so it is made when the pointer comes near.
  const lifted = useRef<Lifted | null>(null);
  const letGo = () => {
    if (lifted.current) URL.revokeObjectURL(lifted.current.url);
    lifted.current = null;
  };
  const prepare = () => {
    letGo();
    void liftChosen()
      .then((file) => {
        lifted.current = { file, url: URL.createObjectURL(file.blob) };
      })
      // The click itself tells what is wrong.
      .catch(() => undefined);
  };
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={words().context.lift}
      title={words().context.liftTitle}
      data-testid="lift"
      draggable
      onPointerEnter={prepare}
      onDragStart={(event) => {
        if (lifted.current) dragOut(event, lifted.current.file, lifted.current.url);
        else event.preventDefault();
      }}
      onDragEnd={letGo}
      onClick={() => void copyCutOut()}
    >
      <Icon name="lift" />
    </button>
  );
}
