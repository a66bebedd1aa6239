import { CheckpointError, checkText } from "@sam2js/core";

/**
 * Makes sure that a path inside a model stays there.
 *
 * @param model  what messages call the model
 * @throws {CheckpointError} it is absolute, has `..`, backslashes, a drive or control characters
 */
export function checkPath(path: string, model: string): string {
  checkText(path, model, "the path of a file inside the model");
  const parts = path.split("/");
  const isInside =
    path.length <= 1024 &&
    parts.every((part) => part !== "" && part !== "." && part !== "..") &&
    !/[\\:\p{Cc}]/u.test(path);
  if (isInside) return path;
  throw new CheckpointError(
    `${model}: expected the path of a file inside the model, got ${JSON.stringify(path.slice(0, 200))}; use relative paths with forward slashes`,
    { name: model, expected: "the path of a file inside the model", got: path },
  );
}
