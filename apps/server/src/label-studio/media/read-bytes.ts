import type { IncomingMessage } from "node:http";
import { RequestError } from "../../errors/request-error.js";

/** The body of an answer as it comes. @throws {RequestError} 413: more than `maxBytes` */
export async function* boundedChunks(answer: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  const refuse = (got: number) =>
    RequestError.tooLarge("media", `at most ${maxBytes} bytes`, got, "--max-media-bytes");
  const announced = Number(answer.headers["content-length"] ?? 0);
  try {
    if (announced > maxBytes) throw refuse(announced);
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw refuse(bytes);
      yield chunk;
    }
  } finally {
    answer.destroy();
  }
}

/** The whole body of an answer. @throws {RequestError} 413: more than `maxBytes` */
export async function readBytes(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedChunks(answer, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
