import { constants, createReadStream, openSync, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { checkImageFileSize, ImageError, messageOf, NotFoundError, sourceName } from "@sam2js/core";
import { checkReadable } from "./check-readable.js";

/** What the system says of paths that name no file; too long is what base64 is. */
const MISSING = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"];

/**
 * The bytes of a file. Its size is looked at before it is read. Pipes and devices are read only as long as they look like a picture.
 *
 * @throws {NotFoundError} there is no such file
 * @throws {ImageError} it cannot be read, is too large, is a folder, or a pipe without a picture
 */
export async function readImageFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const name = sourceName(path);
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) {
      throw ImageError.expected(name, "an image file", "a folder", "give one of its files");
    }
    if (!facts.isFile()) return await readStream(openStream(path, facts), name, signal);
    checkImageFileSize(facts.size, name);
    return await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (ImageError.isInstance(error)) throw error;
    if (MISSING.includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw new NotFoundError(`${name}: there is no such image file; check the path`, {
        cause: error,
        path: name,
      });
    }
    const why = messageOf(error);
    throw new ImageError(`${name}: cannot be read (${why}); check the rights to it`, {
      cause: error,
      path: name,
    });
  }
}

/** A named pipe is polled: a thread that waited for its writer could not be ended by an abort. */
function openStream(path: string, facts: Stats): Readable {
  if (!facts.isFIFO()) return createReadStream(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function readStream(
  stream: Readable,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const abort = () => stream.destroy(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      if (size === 0) checkReadable(part, name);
      size += part.length;
      checkImageFileSize(size, name);
    }
    return Buffer.concat(parts, size);
  } finally {
    signal?.removeEventListener("abort", abort);
    stream.destroy();
  }
}
