import { checkOptions, describeValue } from "@sam2js/core";
import { type OriginalSize, readOriginalSizes } from "@sam2js/processor";
import { PromptShapeError } from "../errors.js";
import { checkSession } from "../session/check-session.js";
import { PromptDraft } from "../session/prompt-draft.js";
import type { Sam2VideoInferenceSession } from "../session/sam2-video-inference-session.js";
import type { SessionState } from "../session/session-state.js";
import type { ObjectId } from "../state/object-id.js";
import type { Prompt } from "../state/tracked-object.js";
import { joinPoints, readMaskPrompts, readPointPrompts, type VideoPrompts } from "./read-inputs.js";

/** Which objects on which frame. */
interface InputTarget {
  /** From 0. Of a stream also frames that are yet to come. */
  readonly frameIndex: number;
  /** One id or several, numbers or strings; new ids make new objects. */
  readonly objectIds: ObjectId | readonly ObjectId[];
  /** [height, width] of the frames in pixels, where it is not known yet (streams). */
  readonly originalSize?: OriginalSize | undefined;
}

/** Points and boxes for objects on one frame. */
export interface AddPointsOptions extends InputTarget, Omit<VideoPrompts, "inputMasks"> {
  /** Replace earlier points of the object on this frame (as by default), or add to them. */
  readonly clearOldInputs?: boolean | undefined;
}

/** Masks for objects on one frame. */
export interface AddMasksOptions extends InputTarget, Required<Pick<VideoPrompts, "inputMasks">> {}

/** Prompts for objects on one frame. */
export interface AddInputsOptions extends AddPointsOptions, VideoPrompts {}

const TARGET_NAMES: readonly (keyof InputTarget)[] = ["frameIndex", "objectIds", "originalSize"];
const POINT_NAMES = ["inputPoints", "inputLabels", "inputBoxes", "clearOldInputs"] as const;

/** Points and boxes, or masks; several sets of them together. */
export function addInputs(
  session: Sam2VideoInferenceSession,
  options: AddInputsOptions | readonly AddInputsOptions[],
): void {
  if (options === undefined) {
    const expected = "a session and { frameIndex, objectIds, inputPoints, inputLabels, … }";
    throw PromptShapeError.expected("inputs", expected, "no options");
  }
  addAll(session, [options].flat(), draftInputs, "addInputsToInferenceSession");
}

/** {@link addInputs} of points and boxes. */
export function addPoints(session: Sam2VideoInferenceSession, options: AddPointsOptions): void {
  addAll(session, [options], draftPoints, "processNewPointsOrBoxesForVideoFrame");
}

/** {@link addInputs} of masks. */
export function addMasks(session: Sam2VideoInferenceSession, options: AddMasksOptions): void {
  addAll(session, [options], draftMasks, "processNewMaskForVideoFrame");
}

/** All prompts are stored, or none. */
function addAll<T>(
  session: Sam2VideoInferenceSession,
  sets: readonly T[],
  put: (draft: Draft, options: T) => void,
  what: string,
): void {
  checkSession(session, what);
  const { state, queue } = session;
  queue.assertUsable();
  const draft = { state, prompts: new PromptDraft(state) };
  for (const options of sets) put(draft, options);
  draft.prompts.commit();
}

interface Draft {
  readonly state: SessionState;
  readonly prompts: PromptDraft;
}

function draftInputs(draft: Draft, options: AddInputsOptions): void {
  checkOptions(
    options ?? null,
    [...TARGET_NAMES, ...POINT_NAMES, "inputMasks"],
    "addInputsToInferenceSession",
  );
  const { inputMasks, inputPoints, inputLabels, inputBoxes, clearOldInputs, ...target } = options;
  if (inputMasks == null) {
    draftPoints(draft, { ...target, inputPoints, inputLabels, inputBoxes, clearOldInputs });
  } else if (inputPoints == null && inputLabels == null && inputBoxes == null) {
    draftMasks(draft, { ...target, inputMasks });
  } else {
    throw new PromptShapeError(
      "inputMasks: expected no points or boxes beside them; a mask is an answer, points ask for one",
      { name: "inputMasks", expected: "no points or boxes", got: "both" },
    );
  }
}

function draftPoints(draft: Draft, options: AddPointsOptions): void {
  checkOptions(options ?? null, [...TARGET_NAMES, ...POINT_NAMES], "processNewPointsOrBoxesForVideoFrame");
  const { inputPoints, inputLabels, inputBoxes, clearOldInputs = true } = options;
  put(draft, options, (ids, frame) => {
    if (inputPoints == null && inputLabels == null && inputBoxes == null) {
      const expected = "inputPoints with inputLabels, inputBoxes, or inputMasks";
      throw PromptShapeError.expected("inputs", expected, "none of them");
    }
    if (inputBoxes != null && !clearOldInputs) {
      throw new PromptShapeError(
        "inputBoxes: expected clearOldInputs with a box, since a box comes before all points of its frame",
        { name: "inputBoxes", expected: "clearOldInputs: true", got: "clearOldInputs: false" },
      );
    }
    return readPointPrompts({ inputPoints, inputLabels, inputBoxes }, ids).map((prompt, index) => {
      const old = draft.prompts.get(ids[index]!, frame);
      return clearOldInputs || old?.kind !== "points" ? prompt : joinPoints(old, prompt);
    });
  });
}

function draftMasks(draft: Draft, options: AddMasksOptions): void {
  checkOptions(options ?? null, [...TARGET_NAMES, "inputMasks"], "processNewMaskForVideoFrame");
  put(draft, options, (ids) => readMaskPrompts(options.inputMasks ?? [], ids));
}

function put(
  { state, prompts }: Draft,
  { objectIds, frameIndex, originalSize }: InputTarget,
  read: (ids: readonly ObjectId[], frame: number) => readonly Prompt[],
): void {
  const ids = readIds(objectIds);
  const frame = state.checkFrameIndex(frameIndex);
  for (const [index, prompt] of read(ids, frame).entries()) prompts.set(ids[index]!, frame, prompt);
  if (originalSize) prompts.setSize(readOriginalSizes([originalSize])[0]!);
}

function readIds(value: ObjectId | readonly ObjectId[]): readonly ObjectId[] {
  const ids = Array.isArray(value) ? [...(value as readonly ObjectId[])] : [value as ObjectId];
  const isId = (id: unknown) => (typeof id === "string" && id.length <= 1024) || Number.isSafeInteger(id);
  if (ids.length > 0 && ids.every(isId) && new Set(ids).size === ids.length) return ids;
  const expected = "whole numbers or texts, each once";
  throw PromptShapeError.expected("objectIds", expected, describeValue(value));
}
