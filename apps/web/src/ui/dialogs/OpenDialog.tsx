import type { JSX } from "preact";
import { picker } from "../../state/picker.js";
import { closeDialog, doc } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Deed } from "../Deed.js";
import { Dialog } from "./Dialog.js";

/** Ways in: photos, folders, labels. */
export function OpenDialog(): JSX.Element {
  const text = words().open;
  const hasPhotos = doc.value.photos.length > 0;
  const thenClose = (pick: () => void) => () => {
    closeDialog();
    pick();
  };
  return (
    <Dialog title={text.title} name="open">
      <div class="deeds">
        <Deed
          icon="open"
          testId="open-photos"
          name={text.photos}
          hint="O"
          run={thenClose(() => picker.open())}
        />
        <Deed
          icon="folder"
          testId="open-folder"
          name={text.folder}
          run={thenClose(() => picker.openFolder())}
        />
        <Deed
          icon="into"
          testId="open-labels"
          name={text.labels}
          isOff={!hasPhotos}
          run={thenClose(() => picker.openLabels())}
        />
        <Deed
          icon="folder"
          testId="open-labels-folder"
          name={text.labelsFolder}
          isOff={!hasPhotos}
          run={thenClose(() => picker.openFolder(true))}
        />
      </div>
      <p class="dim">{text.about}</p>
    </Dialog>
  );
}
