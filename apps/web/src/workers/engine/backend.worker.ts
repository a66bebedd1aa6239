import { combineRle, traceMask } from "@sam2js/masks";
import type { CallContext, Port } from "@sam2js/runtime-ort";
import { serve } from "@sam2js/runtime-ort/worker";
import { deleteKeptModel, listKeptModels } from "@sam2js/runtime-web";
import type { RleMask, SeenRle } from "../../domain/document.js";
import type {
  Candidate,
  ComposeRequest,
  DecodeAnswer,
  DecodeRequest,
  DevicePreference,
  EncodeRequest,
  EverythingOptions,
  ExportedFile,
  ExportRequest,
  MaskView,
  ModelChoice,
  ModelInfo,
  PhotoInput,
} from "../../protocol/engine.js";
import type { StepAnswer, StepRequest } from "../../protocol/video-engine.js";
import { exportFile } from "../exports/export-file.js";
import { LastPixels } from "../exports/last-pixels.js";
import { photoAlpha } from "../exports/photo-alpha.js";
import { unpackInto } from "../exports/unpack-into.js";
import { importLabels } from "../imports/import-labels.js";
import { toMaskView, toRle } from "../mask-view.js";
import { packProject, unpackProject } from "../project-file.js";
import { composeMask } from "./compose.js";
import { drawStroke } from "./draw-stroke.js";
import { FoundMasks } from "./everything.js";
import { findSubject } from "./find-subject.js";
import { hintLogits } from "./hint-logits.js";
import { ModelInUse } from "./model-in-use.js";
import { isEager, Rehearsal, rehearsalPhoto } from "./rehearsal.js";
import { Sam2Segmenter } from "./sam2-segmenter.js";
import type { Segmenter, SegmenterAnswer, SegmenterPrompts } from "./segmenter.js";

/** Logits of so many answers are kept to be refined: a megabyte each with the published models. */
const MAX_ANSWERS = 48;
/** The pointer's previews: the newest may become a click's answer. */
const MAX_PREVIEWS = 3;

/** Answers that another one may refine, by key: one array of logits per candidate. */
const answers = new Map<number, readonly Float32Array[]>();
const previews = new Map<number, readonly Float32Array[]>();
/** A rehearsal goes on after so long without a call. */
const PAUSE_MS = 200;

const inUse = new ModelInUse<Segmenter>();
/** The model's, as far as it has come. */
let rehearsal: Rehearsal | undefined;
let rehearsalDue: ReturnType<typeof setTimeout> | undefined;
let rehearsing = new AbortController();

interface LoadRequest {
  readonly model: ModelChoice;
  readonly device: DevicePreference;
  readonly isFake: boolean;
}

async function load(
  { model, device, isFake }: LoadRequest,
  { signal, emit }: CallContext,
): Promise<ModelInfo> {
  const next =
    __TESTING__ && isFake
      ? new (await import("./fake-segmenter.js")).FakeSegmenter(model)
      : await Sam2Segmenter.load(model, device, emit, signal);
  if (signal.aborted) {
    await next.dispose();
    throw signal.reason;
  }
  answers.clear();
  previews.clear();
  await inUse.replace(next);
  pauseRehearsal();
  rehearsal = isFake ? undefined : new Rehearsal();
  // What is encoded elsewhere is not sent there for this.
  if (next.info.encodes === "here" && isEager(next.info.imageSize)) void goOnRehearsing(next);
  return next.info;
}

/** Who asks in earnest goes first. */
function pauseRehearsal(): void {
  clearTimeout(rehearsalDue);
  rehearsing.abort();
}

/** Once nobody has asked for anything for a moment, on the photo that is there. */
function resumeRehearsal(photo: PhotoInput): void {
  clearTimeout(rehearsalDue);
  if (!rehearsal || rehearsal.isOver) return;
  rehearsalDue = setTimeout(() => void goOnRehearsing(inUse.get(), photo), PAUSE_MS);
}

/** A failure would show again in the answer to a person. */
async function goOnRehearsing(model: Segmenter, given?: PhotoInput): Promise<void> {
  pauseRehearsal();
  rehearsing = new AbortController();
  const { signal } = rehearsing;
  try {
    const photo = given ?? (await rehearsalPhoto());
    const answer = async (prompts: SegmenterPrompts) => {
      const { logits, size, scores } = await model.decode(photo, prompts, signal);
      toCandidates({ logits, size, scores }, photo);
      return logits[0];
    };
    await rehearsal?.goOn(photo, answer, signal);
  } catch {}
}

async function encode(
  { photo, isDraft }: EncodeRequest,
  { signal }: CallContext,
): Promise<{ elapsedMs: number }> {
  pauseRehearsal();
  const elapsedMs = await inUse.use(async (model) => {
    const start = performance.now();
    await model.encode(photo, isDraft, signal);
    return performance.now() - start;
  }, signal);
  if (!isDraft) resumeRehearsal(photo);
  return { elapsedMs };
}

function decode(request: DecodeRequest, { signal }: CallContext): Promise<DecodeAnswer | null> {
  pauseRehearsal();
  return inUse.use((model) => decodeWith(model, request, signal), signal);
}

async function decodeWith(
  model: Segmenter,
  request: DecodeRequest,
  signal: AbortSignal,
): Promise<DecodeAnswer | null> {
  const start = performance.now();
  const { photo, base } = request;
  const hint = request.hint && toRle(request.hint);
  const { name, draftSize, imageSize } = model.info;
  const refined = base ? answers.get(base.key)?.[base.choice] : hint && hintLogits(hint, imageSize / 4);
  if (base && !refined) return null;
  const answer = await model.decode(photo, { ...request, mask: refined }, signal);
  // What a point adds comes beside what is there: the video half knows the past and keeps it, the photo half may not.
  const made = toCandidates(answer, photo, request.points.at(-1)?.isInclude ? hint : undefined);
  const candidates = made.map(({ candidate }) => candidate);
  const logits = made.map((each) => each.logits);
  // Another model could make nothing of them.
  if (inUse.is(model)) keep(request.key, logits, request.isPreview === true);
  if (!request.isDraft) resumeRehearsal(photo);
  const best = candidates.reduce((at, { score }, i) => (score > (candidates[at]?.score ?? 0) ? i : at), 0);
  const by = request.isDraft ? `${name}@${draftSize}` : name;
  return { candidates, best, by, elapsedMs: performance.now() - start };
}

/** By area, smallest first. What `added` holds is inside of each. */
function toCandidates(
  answer: SegmenterAnswer,
  { width, height }: PhotoInput,
  added?: RleMask,
): { readonly logits: Float32Array; readonly candidate: Candidate }[] {
  const made = answer.logits.map((logits, i) => {
    const traced = traceMask(logits, answer.size, [height, width]);
    const rle = added ? combineRle(traced, added, "or") : traced;
    return { logits, candidate: { view: toMaskView(rle), score: answer.scores[i] ?? 0 } };
  });
  return made.sort((a, b) => a.candidate.view.area - b.candidate.view.area);
}

async function adopt(key: number): Promise<void> {
  const logits = previews.get(key);
  if (logits) keep(key, logits, false);
}

function keep(key: number, logits: readonly Float32Array[], isPreview: boolean): void {
  const kept = isPreview ? previews : answers;
  kept.delete(key);
  kept.set(key, logits);
  const most = isPreview ? MAX_PREVIEWS : MAX_ANSWERS;
  for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
}

async function everything(
  { photo, everything: { pointsPerSide } }: { photo: PhotoInput; everything: EverythingOptions },
  { signal, emit }: CallContext,
): Promise<void> {
  pauseRehearsal();
  const found = new FoundMasks(emit);
  const onProgress = (done: number, total: number) => emit({ type: "progress", done, total });
  for await (const mask of inUse.get().everything(photo, pointsPerSide, onProgress, signal)) {
    if (mask.area > 0) found.add(mask);
  }
}

async function subject(photo: PhotoInput, { signal }: CallContext): Promise<Candidate | null> {
  pauseRehearsal();
  const found = await inUse.use((model) => findSubject(model, photo, signal), signal);
  return found && { view: toMaskView(found), score: found.score ?? 0 };
}

async function draw(masks: readonly SeenRle[]): Promise<MaskView[]> {
  return masks.map((mask) => toMaskView(toRle(mask)));
}

async function compose(request: ComposeRequest): Promise<MaskView> {
  return toMaskView(composeMask(request, drawStroke));
}

const exportedPixels = new LastPixels((blob) => inUse.use((model) => model.decodeImage(blob)));
const exportedAlpha = new LastPixels(photoAlpha);

function exported(request: ExportRequest, { signal }: CallContext): Promise<ExportedFile> {
  return exportFile(request, {
    pixels: (photo) => exportedPixels.of(photo),
    alpha: (photo) => exportedAlpha.of(photo),
    signal,
  });
}

async function track(request: StepRequest, { signal }: CallContext): Promise<StepAnswer> {
  try {
    return await inUse.get().track(request, signal);
  } finally {
    request.image?.close();
  }
}

serve(globalThis as unknown as Port, {
  load,
  encode,
  decode,
  makeWay: async () => pauseRehearsal(),
  adopt,
  everything,
  subject,
  draw,
  compose,
  track,
  exportFile: exported,
  unpackInto,
  importLabels,
  keptModels: () => listKeptModels(),
  forgetModel: (repo: string) => deleteKeptModel(repo),
  packProject,
  unpackProject,
});
