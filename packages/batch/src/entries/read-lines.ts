import { checkBytes, checkIterable, InputError, textEncoding } from "@sam2js/core";

/** A line of a manifest holds the prompts of one picture, one of results its masks; more is another kind of file. */
const MAX_LINE_BYTES = 256e6;

/**
 * The lines of text in UTF-8, or in UTF-16 with a byte order mark, without their ends; an end of `\r\n` counts as one. Holds one line at a time.
 *
 * @throws {InputError} a line is too long
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  checkIterable(chunks, "chunks", "pieces of bytes, such as a stream of a file");
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of inUtf8(chunks, name)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield textOf(parts);
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length > MAX_LINE_BYTES) {
      throw InputError.expected(name, `lines of at most ${MAX_LINE_BYTES} bytes`, "a longer one");
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (length > 0) yield textOf(parts);
}

/** Bytes of UTF-8 without a byte order mark. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    checkBytes(chunk, name);
    const encoding = isFirst ? textEncoding(chunk) : "utf-8";
    if (encoding !== "utf-8") decoder = new TextDecoder(encoding);
    isFirst = false;
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  const text = (parts.length === 1 ? Buffer.from(parts[0]!) : Buffer.concat(parts)).toString("utf8");
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
