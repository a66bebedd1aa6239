import { describeValue, InputError } from "@sam2js/core";

const EMBEDDING_ID = /^[0-9a-f]{64}$/;

/**
 * The name of an embedding by its content: equal wherever the same file is encoded by the same model in the same image size.
 *
 * @param sha256       of the picture's file, 64 hexadecimal digits
 * @param fingerprint  of the model, which stands for its weights and its image size
 * @returns            64 hexadecimal digits
 */
export async function embeddingId(sha256: string, fingerprint: string): Promise<string> {
  return hexDigest(new TextEncoder().encode(`${sha256} ${fingerprint}`));
}

/**
 * What the file of an embedding is called, in a folder and behind a URL.
 *
 * @throws {InputError} no id
 */
export function embeddingFileName(id: string): string {
  if (!EMBEDDING_ID.test(id)) throw InputError.expected("id", "64 hexadecimal digits", describeValue(id));
  return `${id}.s2em`;
}

/** SHA-256 of bytes, in hexadecimal digits. In browsers only for pages of a secure origin. */
export async function hexDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
