import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** A hash over bytes that come in pieces. */
export interface ContentHash {
  update(bytes: Uint8Array): void;
  /** Whether the content is the one that the etag names. */
  matches(): boolean;
}

/**
 * The check that an etag of the Hub allows: SHA-256 of the content for large files, Git's SHA-1 (of `blob <size>\0` and the content)
 * for small ones. Etags of mirrors may be neither and check nothing.
 */
export function contentHash(etag: string, sizeBytes: number): ContentHash {
  const expected = etag.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(expected)) return hashWith(sha256.create(), expected);
  if (/^[0-9a-f]{40}$/.test(expected))
    return hashWith(sha1.create().update(utf8ToBytes(`blob ${sizeBytes}\0`)), expected);
  return { update: () => undefined, matches: () => true };
}

interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

function hashWith(hash: Hasher, expected: string): ContentHash {
  return {
    update: (bytes) => void hash.update(bytes),
    matches: () => bytesToHex(hash.digest()) === expected,
  };
}
