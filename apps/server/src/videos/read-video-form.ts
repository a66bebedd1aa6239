import type { FastifyRequest } from "fastify";
import { RequestError } from "../errors/request-error.js";
import { formParts, parseJson } from "../http/read-body.js";
import type { ServerLimits } from "../limits.js";

/** Files of a form. */
const FILES = ["frames", "video", "session"];

/**
 * Makes a form of frames the body of its request. For `preValidation`.
 *
 * @throws {RequestError} 413: more frames or bytes than a video may have; 400: `request` is no JSON
 */
export async function readVideoForm(
  request: FastifyRequest,
  { maxFrames, maxVideoBytes }: ServerLimits,
): Promise<void> {
  if (!request.isMultipart()) return;
  const body: Record<string, unknown> = {};
  const frames: Buffer[] = [];
  let bytes = 0;
  const limits = { files: maxFrames + 2, parts: maxFrames + 3, fileSize: maxVideoBytes };
  for await (const part of formParts(request, limits)) {
    if (part.type !== "file") {
      body[part.fieldname] = part.fieldname === "request" ? parseJson(part.value) : part.value;
      continue;
    }
    const file = await part.toBuffer();
    bytes += file.length;
    if (bytes > maxVideoBytes)
      throw RequestError.tooLarge(
        "video",
        `at most ${maxVideoBytes} bytes`,
        `${bytes} or more`,
        "--max-video-bytes",
      );
    if (part.fieldname === "frames") frames.push(file);
    else if (FILES.includes(part.fieldname)) body[part.fieldname] = file;
    else body[part.fieldname] = ""; // told by the schema
  }
  request.body = { ...body, ...(frames.length > 0 && { frames }) };
}
