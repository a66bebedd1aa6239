import type { JSX } from "preact";
import { project, saving } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { Icon } from "./icons.js";

/** Whether the work is on this device, and why not. */
export function SavedSign(): JSX.Element | null {
  const now = saving.value;
  if (!project.value || project.value.isReadOnly) return null;
  const text = words().saved;
  const why =
    now.kind === "failed"
      ? fill(text.whyFailed, { why: now.why })
      : now.kind === "off"
        ? text.whyOff
        : text.where;
  return (
    <span class={`saved-sign ${now.kind}`} data-testid="saved-sign" title={why}>
      {now.kind === "saved" && <Icon name="ok" />}
      <span class="sign-text">{text[now.kind]}</span>
      {now.kind === "failed" && <span class="visually-hidden">{why}</span>}
    </span>
  );
}
