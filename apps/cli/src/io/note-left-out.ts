import { describeLeftOut, type LeftOut } from "@sam2js/media";
import type { ConsoleIo } from "./console-io.js";

/** Says which files of a folder are not worked on; nothing where there are none. */
export function noteLeftOut(leftOut: readonly LeftOut[], io: ConsoleIo): void {
  if (leftOut.length > 0) io.note(`note: ${describeLeftOut(leftOut)}`);
}
