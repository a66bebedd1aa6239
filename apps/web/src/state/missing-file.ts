/** There is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}
