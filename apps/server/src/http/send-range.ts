import type { FastifyReply, FastifyRequest } from "fastify";
import { RequestError } from "../errors/request-error.js";

/**
 * Bytes that never change, or the range of them that is asked for: `If-None-Match`, `Range: bytes=FROM-TO` and `If-Range` are followed.
 *
 * @param tag  the same for the same bytes
 * @throws {RequestError} 416: a range that begins after the end
 */
export function sendRange(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array,
  tag: string,
): FastifyReply {
  const etag = `"${tag}"`;
  reply.headers({ etag, "accept-ranges": "bytes", "cache-control": "private, max-age=31536000, immutable" });
  if (headers["if-none-match"]?.split(/, */).includes(etag)) return reply.code(304).send();
  reply.type("application/octet-stream");
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  const isWhole = (from === "" && to === "") || (headers["if-range"] ?? etag) !== etag;
  if (isWhole) return reply.send(bytes);
  const start = from === "" ? Math.max(0, bytes.length - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes.length : Math.min(Number(to) + 1, bytes.length);
  if (start >= end) {
    reply.header("content-range", `bytes */${bytes.length}`);
    const message = `range: expected one within ${bytes.length} bytes, got ${headers.range}`;
    throw new RequestError("INVALID_INPUT", message, { status: 416 }, { name: "range" });
  }
  reply.code(206).header("content-range", `bytes ${start}-${end - 1}/${bytes.length}`);
  return reply.send(bytes.subarray(start, end));
}
