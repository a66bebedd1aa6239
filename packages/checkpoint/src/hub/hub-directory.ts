import type { WorkOptions } from "@sam2js/core";

/** What a Hub says about a file. */
export interface HubFileInfo {
  /** Names the content: SHA-256 for large files, Git's SHA-1 for others. */
  readonly etag: string;
  readonly sizeBytes: number;
}

/** Ways to ask a Hub what it holds. */
export interface HubDirectory {
  /** The commit that a branch or tag points to. @throws {NotFoundError} no such repository or revision */
  resolve(revision: string, options: WorkOptions): Promise<string>;
  /** A file at a commit, or undefined if there is none. */
  describe(commit: string, path: string, options: WorkOptions): Promise<HubFileInfo | undefined>;
}

/** Raised where a server has no such interface, so that another way can be tried. */
export class NoSuchInterface extends Error {}
