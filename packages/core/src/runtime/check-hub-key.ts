import { CheckpointError } from "../errors/errors.js";
import type { HubFileKey } from "./model-store.js";

const REPO = /^[\w.-]+(\/[\w.-]+)?$/;
const COMMIT = /^[\w.-]+$/;

/**
 * Refuses keys that could lead a store out of its folder. For stores, before they make a path or name of a key.
 *
 * @throws {CheckpointError} a part of the key is empty, absolute, has a backslash or control character, or is `.` or `..`
 */
export function checkHubKey({ repo, commit, path }: HubFileKey): void {
  const isBad = (part: string): boolean => part === "" || part === "." || part === "..";
  const parts = path.split("/");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const hasOddCharacter = /[\\\u0000-\u001f]/.test(path);
  if (
    !REPO.test(repo) ||
    !COMMIT.test(commit) ||
    hasOddCharacter ||
    [...repo.split("/"), commit, ...parts].some(isBad)
  ) {
    throw new CheckpointError(
      `model file: expected a path inside a repository, got ${JSON.stringify(path)} of ${JSON.stringify(repo)} at ` +
        `${JSON.stringify(commit)}; check the model's name and the file names in its index`,
      { repo, commit, name: path, expected: "a path inside a repository", got: path },
    );
  }
}
