import type { JSX } from "preact";
import { project, saving } from "../state/session.js";
import { Icon } from "./icons.js";

const WORDS = { saved: "Saved", saving: "Saving…", off: "Not saved", failed: "Not saved" };

/** Whether the work is on this device, and why not. */
export function SavedSign(): JSX.Element | null {
  const now = saving.value;
  if (!project.value || project.value.isReadOnly) return null;
  const why =
    now.kind === "failed"
      ? `Not saved: ${now.why}. Save the project as a file (Export).`
      : now.kind === "off"
        ? "Saving is switched off in the settings"
        : "On this device, in this browser. A project file (Export) is safe from a browser that clears its data.";
  return (
    <span class={`saved-sign ${now.kind}`} data-testid="saved-sign" title={why}>
      {now.kind === "saved" && <Icon name="ok" />}
      <span class="sign-text">{WORDS[now.kind]}</span>
      {now.kind === "failed" && <span class="visually-hidden">{why}</span>}
    </span>
  );
}
