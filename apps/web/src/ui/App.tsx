import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { everything } from "../state/everything.js";
import { type DialogName, dialog, dialogCount, isPanelOpen, opening, photo } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { Dock } from "./Dock.js";
import { ExportDialog } from "./dialogs/ExportDialog.js";
import { ImportedDialog } from "./dialogs/ImportedDialog.js";
import { KeysDialog } from "./dialogs/KeysDialog.js";
import { ModelDialog } from "./dialogs/ModelDialog.js";
import { OpenDialog } from "./dialogs/OpenDialog.js";
import { PrivacyDialog } from "./dialogs/PrivacyDialog.js";
import { QuestionDialog } from "./dialogs/QuestionDialog.js";
import { SettingsDialog } from "./dialogs/SettingsDialog.js";
import { EverythingPanel } from "./EverythingPanel.js";
import { LiveRegion } from "./LiveRegion.js";
import { ObjectsPanel } from "./ObjectsPanel.js";
import { PhotoStrip } from "./PhotoStrip.js";
import { detent, SheetHandle } from "./SheetHandle.js";
import { StageView } from "./StageView.js";
import { TopBar } from "./TopBar.js";
import { CameraBar } from "./video/CameraBar.js";
import { Timeline } from "./video/Timeline.js";
import { VideoExportDialog } from "./video/VideoExportDialog.js";
import { Welcome } from "./Welcome.js";

const layout = computed(() => {
  if (!photo.value) return "app is-welcome";
  return isPanelOpen.value ? "app" : "app is-wide";
});

export function App(): JSX.Element {
  const hasPhoto = photo.value !== undefined;
  return (
    <>
      <a class="skip-link" href="#stage">
        {words().stage.toPhoto}
      </a>
      <div class={layout.value}>
        <TopBar />
        {hasPhoto ? <StageView /> : <Welcome />}
        {hasPhoto && (
          <aside
            class="panel card"
            aria-label={everything.value ? words().everything.title : words().objects.title}
            data-detent={detent.value}
          >
            <SheetHandle />
            {everything.value ? <EverythingPanel /> : <ObjectsPanel />}
          </aside>
        )}
        {hasPhoto && <PhotoStrip />}
        {photo.value?.video && <Timeline />}
        {photo.value?.video && <CameraBar />}
        {hasPhoto && <Dock />}
      </div>
      <OpenedDialog />
      {opening.value && (
        <div class="opening card" role="status">
          {fill(words().stage.opening, { name: opening.value })}
        </div>
      )}
      <LiveRegion />
    </>
  );
}

const DIALOGS: Readonly<Record<DialogName, () => JSX.Element | null>> = {
  export: ExportDialog,
  models: ModelDialog,
  open: OpenDialog,
  imported: ImportedDialog,
  privacy: PrivacyDialog,
  settings: SettingsDialog,
  keys: KeysDialog,
  question: QuestionDialog,
};

function OpenedDialog(): JSX.Element | null {
  const name = dialog.value;
  if (!name) return null;
  const Shown = name === "export" && photo.value?.video ? VideoExportDialog : DIALOGS[name];
  // One that is opened again is another one: the browser may have closed the element of the last one.
  return <Shown key={dialogCount.value} />;
}
