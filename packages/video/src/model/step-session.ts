import { checkList, throwIfAborted, type VideoModelConfig } from "@sam2js/core";
import type { VideoEngine } from "../engine/video-engine.js";
import { MemoryEvictedError, NoObjectsError } from "../errors.js";
import type { FrameInput } from "../frames/frame-source.js";
import type { SessionState } from "../session/session-state.js";
import type { Turn } from "../session/work-queue.js";
import type { ObjectId } from "../state/object-id.js";
import { prune, pruneVisits } from "../state/retention.js";
import type { TrackedObject } from "../state/tracked-object.js";
import { commitStep, type ObjectStep, runStep } from "../step/run-step.js";
import type { ObjectOutput } from "./sam2-video-segmentation-output.js";

/** One step of a session. */
export interface StepRequest {
  readonly index: number;
  /** The new frame of a stream. */
  readonly frame?: FrameInput | undefined;
  readonly reverse?: boolean | undefined;
  readonly runMemEncoder?: boolean | undefined;
  readonly objectIds?: readonly ObjectId[] | undefined;
  readonly replay?: boolean | undefined;
  /** Whether a session without objects has an empty result instead of none. */
  readonly allowsNone?: boolean | undefined;
  readonly turn: Turn;
}

/**
 * Runs a step and stores what it found, all of it or nothing. The caller holds the session's queue.
 *
 * @throws {NoObjectsError} there are no objects
 */
export async function stepSession(
  engine: VideoEngine,
  config: VideoModelConfig,
  session: SessionState,
  request: StepRequest,
): Promise<ObjectOutput[]> {
  const { index, frame, turn, replay = !session.frames.isStream } = request;
  throwIfAborted(turn.signal);
  const objects = chooseObjects(session, request.objectIds);
  if (objects.length === 0 && !request.allowsNone) throw new NoObjectsError();
  if (frame !== undefined) {
    session.frames.put(frame, index);
    await session.features.forget(index);
  }
  let steps: readonly ObjectStep[];
  try {
    steps = await attempt(engine, config, session, request, objects);
  } catch (error) {
    if (!replay || !MemoryEvictedError.isInstance(error)) throw error;
    await replayFrom(engine, config, session, request, error.restartFrom);
    steps = await attempt(engine, config, session, request, objects);
  }
  if (frame !== undefined) session.frames.advance(index);
  return steps.map(({ object, ...step }) => ({ id: object.id, ...step }));
}

async function attempt(
  engine: VideoEngine,
  config: VideoModelConfig,
  session: SessionState,
  { index, reverse = false, runMemEncoder = true, turn }: StepRequest,
  objects: readonly TrackedObject[],
): Promise<readonly ObjectStep[]> {
  const { frames, policy } = session;
  const { signal } = turn;
  const steps = await runStep(
    {
      engine,
      config,
      policy,
      frameCount: session.frames.isStream ? undefined : session.frames.count,
      features: () =>
        session.features.get(index, async () => engine.encodeFrame(await frames.pixels(index, turn), signal)),
      size: () => {
        if (!frames.size) throw frames.sizeUnknown();
        return frames.size;
      },
    },
    objects,
    { frame: index, reverse, runMemEncoder, signal },
  );
  throwIfAborted(signal);
  commitStep(steps, index, (object) => session.objects.get(object.id) === object, policy);
  prune(session.objects.values(), index, session.retention, config);
  if (session.frames.isStream) pruneVisits(session.objects.values(), index, config);
  return steps;
}

/** Computes again what led to a frame, from where nothing that is gone is needed. */
async function replayFrom(
  engine: VideoEngine,
  config: VideoModelConfig,
  session: SessionState,
  request: StepRequest,
  start: number,
): Promise<void> {
  const { index, reverse = false, objectIds, turn } = request;
  const step = reverse ? -1 : 1;
  for (let at = start; at !== index && (index - at) * step > 0; at += step) {
    throwIfAborted(turn.signal);
    await attempt(engine, config, session, { index: at, reverse, turn }, chooseObjects(session, objectIds));
  }
}

function chooseObjects(
  session: SessionState,
  ids: readonly ObjectId[] | undefined,
): readonly TrackedObject[] {
  if (!ids) return [...session.objects.values()];
  checkList(ids, "objectIds", "a list of ids of objects");
  return ids.map((id) => session.object(id));
}
