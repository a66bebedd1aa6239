import { batch } from "@preact/signals";
import { PUBLISHED_MODELS } from "@sam2js/checkpoint";
import {
  type DevicePreference,
  isRemote,
  type LocalChoice,
  type ModelChoice,
  remoteName,
} from "../protocol/engine.js";
import { fill, words } from "../words/words.js";
import { report } from "./problems.js";
import { faultOf, faultText } from "./server-fault.js";
import * as session from "./session.js";

let controller: AbortController | undefined;
/** The last one that encoded on this device. */
let local: LocalChoice = { kind: "nano" };

/** What answers on this device alone, whatever becomes of servers. */
export function localName(): string {
  return choiceName(local);
}

/** Goes back to it. */
export function loadLocal(): Promise<void> {
  return loadModel(local, session.devicePreference.value);
}

/** Loads a model. The one in use works on until the new one is there; a cancelled or failed load changes nothing. */
export async function loadModel(choice: ModelChoice, device: DevicePreference): Promise<void> {
  controller?.abort(new DOMException("another model was chosen", "AbortError"));
  const own = new AbortController();
  controller = own;
  const name = choiceName(choice);
  session.loading.value = { name, progress: null };
  try {
    const info = await session.engine().load(choice, device, {
      signal: own.signal,
      onProgress: (progress) => {
        if (controller === own) session.loading.value = { name, progress };
      },
    });
    if (!isRemote(choice)) local = choice;
    batch(() => {
      session.model.value = info;
      session.choice.value = choice;
      session.encoded.value = new Map();
      session.isDraftOnly.value = false;
      session.encoding.value = null;
      session.refining.value = null;
      session.hover.value = null;
    });
    session.announcement.value = fill(words().done.modelReady, { name });
  } catch (error) {
    const fault = choice.kind === "server" && faultOf(error, choice);
    const why = fault && faultText(fault, choice);
    report(error, why || fill(words().wrong.loadModel, { name }), {
      label: words().remedy.again,
      run: session.dismissing(() => void loadModel(choice, device)),
    });
  } finally {
    if (controller === own) session.loading.value = null;
  }
}

export function cancelLoading(): void {
  controller?.abort(new DOMException("cancelled", "AbortError"));
  session.loading.value = null;
}

function choiceName(choice: ModelChoice): string {
  if (choice.kind === "nano") return "nano";
  if (choice.kind === "files") return choice.name;
  if (choice.kind === "server") return remoteName(choice.model, choice);
  if (choice.kind === "prepared") return choice.folder;
  return PUBLISHED_MODELS.find(({ id }) => id === choice.id)?.name ?? choice.id;
}
