import type { IncomingMessage } from "node:http";
import { RequestError } from "../../errors/request-error.js";

/** The body of an answer. @throws {RequestError} 413: it has more than `maxBytes` */
export async function readBytes(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = Number(answer.headers["content-length"] ?? 0);
  try {
    if (bytes <= maxBytes) {
      bytes = 0;
      for await (const chunk of answer as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxBytes) break;
        chunks.push(chunk);
      }
    }
  } finally {
    answer.destroy();
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks);
  const options = "--max-body-bytes, or for videos --max-video-bytes";
  throw RequestError.tooLarge("media", `at most ${maxBytes} bytes`, bytes, options);
}
