import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { runProgram } from "../program.js";
import { createFakeIo } from "./fake-io.js";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const PICTURES = fileURLToPath(new URL("../../../../examples/images/", import.meta.url));

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Where results go instead of into `stdout` of the result: a file that is open for writing. */
  readonly stdoutFile?: number;
  /** Sees the process as soon as it is started. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Sees the process and everything that it has printed so far. */
  readonly onOutput?: (child: ChildProcess, text: string) => void;
}

/** Runs the built program as a user would. */
export function runCli(
  args: readonly string[],
  { cwd, env, stdin, stdoutFile, onStart, onOutput }: CliOptions = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", stdoutFile ?? "pipe", "pipe"],
  });
  onStart?.(child);
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    onOutput?.(child, stdout);
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  child.stdin?.end(stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/**
 * Runs the program in this process: where only its words and files matter, nothing has to be loaded anew.
 *
 * @param cwd  for as long as it runs
 */
export async function runHere(
  args: readonly string[],
  { cwd = process.cwd(), stdin = "" }: Pick<CliOptions, "cwd" | "stdin"> = {},
): Promise<CliResult> {
  const before = process.cwd();
  const io = createFakeIo(stdin);
  process.chdir(cwd);
  try {
    const status = await runProgram(args, io);
    return { status, stdout: textOf(io.outs), stderr: textOf(io.notes) };
  } finally {
    process.chdir(before);
  }
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

/** A folder that goes away after the test, with example pictures in it. */
export function makeFolder(...pictures: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "sam2-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const picture of pictures) copyFileSync(join(PICTURES, picture), join(folder, picture));
  return folder;
}
