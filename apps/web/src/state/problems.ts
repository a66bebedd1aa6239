import { messageOf, Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import { fill, words } from "../words/words.js";
import { dismissing, openDialog, type Problem, problem } from "./session.js";

/** What to do about an error, by its code. */
const REMEDIES: Readonly<Partial<Record<Sam2ErrorCode, keyof ReturnType<typeof words>["remedy"]>>> = {
  NOT_FOUND: "otherModel",
  DOWNLOAD_FAILED: "again",
  STORE_FULL: "otherModel",
  INVALID_CHECKPOINT: "fetchAgain",
  INVALID_CONFIG: "otherModel",
  OUT_OF_MEMORY: "otherModel",
  DEVICE_LOST: "prepareAgain",
  UNSUPPORTED: "otherModel",
};

/** One sentence and one remedy for an error; the typed error itself is in the details. */
function known({ code, message, facts }: Sam2Error): Omit<Problem, "details"> | undefined {
  if (code === "INVALID_IMAGE") return { text: imageText(facts) ?? `${message}.` };
  const texts: Readonly<Partial<Record<string, string>>> = words().code;
  const text = texts[code];
  const remedy = REMEDIES[code];
  return text === undefined
    ? undefined
    : {
        text,
        remedy: remedy && { label: words().remedy[remedy], run: dismissing(() => openDialog("models")) },
      };
}

/** Why a file gives no picture; undefined where that is for the details to say. */
function imageText({ name, expected, got }: Sam2Error["facts"]): string | undefined {
  const { imageDamaged, imageKind, imageUnknown } = words().wrong;
  if (!Array.isArray(expected) || typeof got !== "string") return undefined;
  const values = { name: String(name), kind: got };
  if (expected.includes(got)) return fill(imageDamaged, values);
  return fill(/^(unknown|empty|text|HTML|Git LFS)/.test(got) ? imageUnknown : imageKind, values);
}

/** Shows an error in the bar over the dock. What a user stopped is none. */
export function report(error: unknown, fallback: string, remedy?: Problem["remedy"]): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const isTyped = Sam2Error.isInstance(error);
  const found = isTyped ? known(error) : undefined;
  const message = messageOf(error);
  problem.value = {
    text: found?.text ?? fallback,
    remedy: remedy ?? found?.remedy,
    details: isTyped ? `${error.code}: ${message}` : message,
  };
}
