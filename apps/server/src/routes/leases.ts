import { InputError, NotFoundError } from "@sam2js/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { PictureLease } from "../engine/embedding-cache.js";
import type { Engine } from "../engine/engine.js";
import { workSignal } from "../http/work-signal.js";
import type { Services } from "../services.js";

/** What a request works on: a picture that it sends, or the id of one that was encoded before. */
export interface PictureChoice {
  /** Bytes of an image file. */
  readonly file?: Uint8Array | undefined;
  /** Id of an embedding. */
  readonly embedding?: string | undefined;
}

/** A lease, the engine that it belongs to, and the signal of the request. */
export interface LeasedWork {
  readonly engine: Engine;
  readonly picture: PictureLease;
  readonly signal: AbortSignal;
}

/**
 * The embeddings of a request's picture, for the tenant who asks. The caller releases them: `await using picture = …`.
 *
 * @param model  the default where it is missing
 * @throws {InputError} neither or both of a picture and an id
 * @throws {NotFoundError} no such embedding, or it is another tenant's, which is told alike
 */
export async function leasePicture(
  { engines, grants, limits }: Services,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { file, embedding }: PictureChoice,
  model: string | undefined,
): Promise<LeasedWork> {
  const engine = engines.get(model);
  const signal = workSignal(reply, limits.maxRequestMs);
  if ((file === undefined) === (embedding === undefined)) {
    const got = file ? "both" : "neither";
    throw InputError.expected("request", "a picture or the id of an embedding", got, "send one of them");
  }
  if (file) {
    const picture = await engine.encode(file, signal);
    grants.give(request.tenant, picture.id);
    return { engine, picture, signal };
  }
  const id = embedding ?? "";
  if (!grants.has(request.tenant, id)) {
    throw NotFoundError.expected(`embedding ${id}`, "one that is kept", "none", "send the picture again");
  }
  return { engine, picture: await engine.find(id, signal), signal };
}
