import { signal } from "@preact/signals";
import type { CutOutLooks } from "../protocol/cut-outs.js";
import type { ExportedFile } from "../protocol/engine.js";
import { words } from "../words/words.js";
import { canShare, copy, exportRequest, runExport, share } from "./exporting.js";
import { report } from "./problems.js";
import * as session from "./session.js";

/** How objects are cut out, as it was chosen last. A soft edge of one pixel takes away the steps of the mask's border. */
export const cutOutLooks = signal<CutOutLooks>({
  isTogether: false,
  isCropped: true,
  margin: 2,
  softEdge: 1,
  ground: "transparent",
  colour: "#ffffff",
  blur: 0.02,
  type: "image/png",
  quality: 0.9,
});

export function setCutOutLooks(change: Partial<CutOutLooks>): void {
  cutOutLooks.value = { ...cutOutLooks.value, ...change };
}

/** The chosen objects without their background, in one picture. @param type  clipboards take PNG only */
export async function liftChosen(type?: "image/png"): Promise<ExportedFile> {
  const looks = { ...cutOutLooks.value, isTogether: true, ...(type && { type }) };
  return runExport(await exportRequest("cutout", "object", { cutOut: looks }));
}

/** The chosen objects without their background, to the clipboard. */
export async function copyCutOut(): Promise<void> {
  try {
    await copy(await liftChosen("image/png"));
  } catch (error) {
    report(error, words().wrong.copyCutOut, {
      label: words().remedy.exportInstead,
      run: session.dismissing(() => session.openDialog("export")),
    });
  }
}

/** Hands the chosen objects without their background to another app, or to the clipboard where the device has no such way. */
export async function shareCutOut(): Promise<void> {
  try {
    const file = await liftChosen();
    await (canShare(file) ? share(file) : copy(await liftChosen("image/png")));
  } catch (error) {
    report(error, words().wrong.shareCutOut);
  }
}
