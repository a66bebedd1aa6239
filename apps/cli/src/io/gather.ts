import { InputError } from "@sam2js/core";

/** Texts of more bytes are no prompts or lists: a device, or the wrong file. */
const MAX_TEXT_BYTES = 2 ** 28;

/** @throws {InputError} a text has more bytes than that */
export function checkTextSize(sizeBytes: number, name: string): void {
  if (sizeBytes <= MAX_TEXT_BYTES) return;
  const got = `${sizeBytes} or more`;
  throw InputError.expected(
    name,
    `a text of at most ${MAX_TEXT_BYTES} bytes`,
    got,
    "check that it is the file you mean",
  );
}

/**
 * All bytes of a stream, unless they become too many: devices never end.
 *
 * @param checkSize  hears how many bytes came so far, and throws where they are too many
 */
export async function gather(
  stream: AsyncIterable<Uint8Array>,
  checkSize: (sizeBytes: number) => void,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    checkSize(size);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
