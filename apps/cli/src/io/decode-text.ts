import { InputError, textEncoding } from "@sam2js/core";

/**
 * Text as editors and shells write it: UTF-8 or UTF-16, with or without a byte order mark.
 *
 * @param what  where it is from, for messages
 * @throws {InputError} it is of another encoding
 */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder(textEncoding(bytes), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw InputError.expected(what, "text in UTF-8 or UTF-16", "other bytes", "save it as UTF-8", cause);
  }
}
