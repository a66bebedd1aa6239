import { Sam2Error } from "@sam2js/core";
import { isRemote, type ModelChoice } from "../protocol/engine.js";
import { fill, words } from "../words/words.js";
import { loadLocal, localName } from "./models.js";
import { faultOf, faultText } from "./server-fault.js";
import * as session from "./session.js";

/**
 * Deals with a photo whose embeddings could not be had from elsewhere: where the server fails, the model that answered here before does so again; where the
 * photo was not prepared, that is offered.
 *
 * @returns false where it is about something else
 */
export function leaveRemote(error: unknown, photo: string): boolean {
  const choice = session.choice.value;
  if (!choice || !isRemote(choice)) return false;
  const name = localName();
  if (choice.kind === "prepared") return offerLocal(error, photo, name);
  const fault = faultOf(error, choice);
  if (!fault) return false;
  tell(error, fill(words().server.fallback, { why: faultText(fault, choice), name }), {
    label: words().server.again,
    run: session.dismissing(() => session.openDialog("models")),
  });
  void loadLocal();
  return true;
}

function offerLocal(error: unknown, photo: string, name: string): boolean {
  if (!Sam2Error.isInstance(error) || error.code !== "NOT_FOUND") return false;
  tell(error, fill(words().prepared.missing, { photo }), useLocal(name));
  return true;
}

/** Says that a model whose decoder alone is here follows nothing in videos. @returns false where one is used that does */
export function refusesVideo(error: unknown): boolean {
  if (session.model.value?.encodes === "here") return false;
  tell(error, words().remote.noVideo, useLocal(localName()));
  return true;
}

/** Where photos are sent to; undefined while nothing is sent. */
export function sentTo(choice: ModelChoice | null): string | undefined {
  return choice?.kind === "server" ? new URL(choice.url).host : undefined;
}

function useLocal(name: string): session.Problem["remedy"] {
  return {
    label: fill(words().prepared.useLocal, { name }),
    run: session.dismissing(() => void loadLocal()),
  };
}

function tell(error: unknown, text: string, remedy: session.Problem["remedy"]): void {
  session.problem.value = { text, remedy, details: String(error) };
}
