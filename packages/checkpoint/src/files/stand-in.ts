/**
 * Tells what is often found in place of a file of weights.
 *
 * @param prefix  the first 8 bytes of the file
 * @returns what it is and what to do, or undefined
 */
export function standInFor(prefix: Uint8Array): string | undefined {
  const start = String.fromCharCode(...prefix.subarray(0, 8));
  if (start.startsWith("version "))
    return "this is a Git LFS pointer, not the file itself; run `git lfs pull`";
  if (start.startsWith("<")) return "this is a web page, not the file itself; download the file again";
  return undefined;
}
