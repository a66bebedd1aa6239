import { Sam2Error, StoreError } from "@sam2js/core";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "./console-io.js";

/** An image that could not be done. */
export interface Failure {
  readonly image: string;
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/**
 * Does something for each image in turn. What goes wrong with an image is remembered and the others are done.
 *
 * @throws  what is no fault of the image: an interruption, a disk that takes nothing, a mistake of ours
 */
export async function eachImage<T extends { readonly shown: string }>(
  inputs: readonly T[],
  io: ConsoleIo,
  work: (input: T, index: number) => Promise<void>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const [index, input] of inputs.entries()) {
    io.signal.throwIfAborted();
    try {
      await work(input, index);
    } catch (error) {
      if (io.signal.aborted || !Sam2Error.isInstance(error) || StoreError.isInstance(error)) throw error;
      failures.push(failureOf(input.shown, error));
    }
  }
  return failures;
}

export function failureOf(image: string, error: Sam2Error): Failure {
  return { image, code: error.code, message: error.message, status: statusOf(error) };
}

/** So many failures are listed; a million pictures may have a thousand. */
const LISTED = 50;

/** Lists what failed, and says how the program ends: 0, 3 when some images were done, else as the first failure. */
export function concludeBatch(failures: readonly Failure[], total: number, io: ConsoleIo): number {
  const [first] = failures;
  if (!first) return ExitCode.ok;
  if (total === 1) {
    io.note(`sam2: ${failureText(first)}`);
    return first.status;
  }
  io.note(`sam2: ${failures.length} of ${total} images could not be done:`);
  for (const failure of failures.slice(0, LISTED)) io.note(`  ${failureText(failure)}`);
  if (failures.length > LISTED) io.note(`  and ${failures.length - LISTED} more`);
  return failures.length < total ? ExitCode.partly : first.status;
}

/** What went wrong with which image. */
export function failureText({ image, message }: Failure): string {
  return message.includes(image) ? message : `${image}: ${message}`;
}

const USER_MISTAKES = [
  "INVALID_INPUT",
  "SHAPE_MISMATCH",
  "INVALID_IMAGE",
  "NOT_FOUND",
  "INVALID_CONFIG",
  "INVALID_CHECKPOINT",
];

/** How the program ends after an error. */
export function statusOf({ code }: Sam2Error): number {
  return USER_MISTAKES.includes(code) ? ExitCode.usage : ExitCode.failed;
}
