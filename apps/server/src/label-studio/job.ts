import { InputError } from "@sam2js/core";
import type { PictureLease } from "../engine/embedding-cache.js";
import type { Engine } from "../engine/engine.js";
import type { Services } from "../services.js";
import type { LabelConfig, MediaTag } from "./config/label-config.js";
import type { Connection } from "./connections.js";
import type { Media, MediaRequest } from "./media/media.js";
import type { Task } from "./schemas.js";

/** What the tasks of one request are worked on with. */
export interface Job {
  readonly services: Services;
  readonly engine: Engine;
  readonly media: Media;
  readonly connection: Connection;
  readonly config: LabelConfig;
  readonly tenant: string;
  readonly signal: AbortSignal;
}

/**
 * Where a task's picture or video is, as {@link Media} takes it.
 *
 * @param index  which of a list
 * @throws {InputError} the task has no such field
 */
export function locateMedia({ connection, signal }: Job, task: Task, tag: MediaTag, index = 0): MediaRequest {
  const { hostname, credentials } = connection;
  const found = tag.field
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], task.data);
  const reference = tag.isList && Array.isArray(found) ? (found as unknown[])[index] : found;
  if (typeof reference !== "string")
    throw InputError.expected(
      `task.data.${tag.field}`,
      "a URL",
      reference === undefined ? "none" : typeof reference,
    );
  return { reference, taskId: task.id, hostname, credentials, signal };
}

/** A task's picture, encoded. The caller releases it: `await using`. */
export async function encodePicture(job: Job, request: MediaRequest): Promise<PictureLease> {
  const file = await job.media.read(request, job.services.limits.maxBodyBytes);
  const picture = await job.engine.encode(file, job.signal);
  job.services.grants.give(job.tenant, picture.id);
  return picture;
}
