import { createHash } from "node:crypto";

/** What a repository on the fake Hub holds. */
export interface FakeRepository {
  /** `"owner/name"`, or `"datasets/owner/name"`. */
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Needs a token that was granted access; its listing is public, as on the Hub. */
  readonly isGated?: boolean | undefined;
  /** Does not exist for requests without a token. */
  readonly isPrivate?: boolean | undefined;
}

/** One file at one commit. */
export interface StoredFile {
  readonly bytes: Buffer;
  /** Git's hash of the content: SHA-1 of `blob <size>\0` and the bytes. */
  readonly gitSha1: string;
  /** Large files are kept by LFS: SHA-256 of the bytes. */
  readonly sha256: string | undefined;
}

/** All files of a repository at one commit. */
export type Snapshot = ReadonlyMap<string, StoredFile>;

/** Extensions that the Hub keeps in LFS. */
const LFS = /\.(safetensors|bin|msgpack)$/;

export function snapshotOf(files: FakeRepository["files"]): Snapshot {
  return new Map(
    Object.entries(files).map(([path, content]) => [path, storedFile(path, Buffer.from(content))]),
  );
}

/** A commit hash that depends on the content and on nothing else. */
export function commitOf(snapshot: Snapshot): string {
  const hash = createHash("sha1");
  for (const [path, { gitSha1 }] of snapshot) hash.update(`${path}\0${gitSha1}\n`);
  return hash.digest("hex");
}

function storedFile(path: string, bytes: Buffer): StoredFile {
  return {
    bytes,
    gitSha1: createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex"),
    sha256: LFS.test(path) ? createHash("sha256").update(bytes).digest("hex") : undefined,
  };
}
