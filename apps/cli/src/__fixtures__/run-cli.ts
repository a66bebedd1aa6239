import { type ChildProcess, fork, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const PROGRAM_PROCESS = fileURLToPath(new URL("./program-process.mjs", import.meta.url));
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

let kept: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs the built program in a process that is kept: where only its words, status and files matter, nothing has to be loaded anew. */
export function runKept(
  args: readonly string[],
  { cwd, env, stdin = "" }: Pick<CliOptions, "cwd" | "env" | "stdin"> = {},
): Promise<CliResult> {
  const answer = last.then(() => {
    kept ??= startKept();
    return ask(kept, { args, cwd, env: { ...process.env, ...env }, stdin });
  });
  last = answer.catch(() => undefined);
  return answer;
}

/** It ends with this process. */
function startKept(): ChildProcess {
  const child = fork(PROGRAM_PROCESS, { execArgv: [] });
  child.once("exit", () => {
    kept = undefined;
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function ask(child: ChildProcess, request: object): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off("exit", onExit).off("message", onMessage);
      child.channel?.unref();
    };
    const onExit = (status: number | null) => {
      settle();
      reject(new RangeError(`the kept process ended with ${status}`));
    };
    const onMessage = (result: unknown) => {
      settle();
      resolve(result as CliResult);
    };
    child.on("exit", onExit).on("message", onMessage);
    child.channel?.ref();
    child.send(request);
  });
}

/** A folder that goes away after the test, with example pictures in it. */
export function makeFolder(...pictures: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "sam2-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const picture of pictures) copyFileSync(join(PICTURES, picture), join(folder, picture));
  return folder;
}
