import { computed, signal } from "@preact/signals";
import { suggestModel } from "@sam2js/checkpoint";
import type { ObjectDoc } from "../domain/document.js";
import { loadModel } from "./models.js";
import * as session from "./session.js";

/** A first click and two corrections. */
const MIN_POINTS = 3;
/** Of masks that no click made, those with a lower score are hardly ever what somebody wanted. */
const SURE = 0.9;

/** Whether the offer was answered, once and for all. */
export const isSharperAnswered = signal(false);

/** The model that is offered after two corrections with the small one, or when it found something and is not sure; undefined while there is nothing to offer. */
export const sharper = computed(() => {
  const isSmall = session.model.value?.name === "nano";
  if (!isSmall || isSharperAnswered.value || session.loading.value || session.isOffline.value)
    return undefined;
  return needsMore(session.object.value) ? suggestModel(session.model.value?.device === "webgpu") : undefined;
});

/** It is not offered again. */
export function declineSharper(): void {
  isSharperAnswered.value = true;
}

/** Loads what is offered. Prompts stay and are asked again. */
export function takeSharper(): void {
  const offered = sharper.value;
  isSharperAnswered.value = true;
  if (offered) void loadModel({ kind: "hub", id: offered.id }, session.devicePreference.value);
}

function needsMore(object: ObjectDoc | undefined): boolean {
  const { points, fixed } = object ?? { points: [], fixed: null };
  return points.length >= MIN_POINTS || (points.length === 0 && (fixed?.score ?? 1) < SURE);
}
