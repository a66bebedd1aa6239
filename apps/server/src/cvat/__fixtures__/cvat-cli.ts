import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonProgram } from "@sam2js/testing/python-program";
import { onTestFinished } from "vitest";
import { TOKEN } from "./cvat-server.js";

const RELEASE = "cvat-cli==2.80.0";
const FUNCTIONS = fileURLToPath(new URL("genuine_functions.py", import.meta.url));
const run = promisify(execFile);

let program = "cvat-cli";

/** Installs the genuine cvat-cli with pip. @returns  why it is not there, or undefined */
export async function installCvatCli(): Promise<string | undefined> {
  try {
    program = join(await pythonProgram(RELEASE), "bin", "cvat-cli");
    return undefined;
  } catch (error) {
    return `${RELEASE} cannot be installed by pip here: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** Registers a function with the genuine client. @returns  its id */
export async function createNative(address: string, kind: string): Promise<number> {
  const args = [...server(address), "function", "create-native", `genuine ${kind}`, ...functionOf(kind)];
  const { stdout } = await run(program, args, { env: environment() });
  return Number(stdout);
}

/** Starts the genuine agent; the test ends it. */
export function runGenuineAgent(address: string, id: number, kind: string): { readonly child: ChildProcess; text: string } {
  const args = [...server(address), "function", "run-agent", `${id}`, ...functionOf(kind)];
  const child = spawn(program, args, { env: environment(), detached: true });
  const agent = { child, text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (agent.text += text));
  // its worker is a process of its own: the whole group goes
  onTestFinished(() => void (child.pid && child.exitCode === null && process.kill(-child.pid, "SIGKILL")));
  return agent;
}

const server = (address: string) => ["--server-host", address];
const functionOf = (kind: string) => ["--function-file", FUNCTIONS, "-p", `kind=str:${kind}`];

function environment(): NodeJS.ProcessEnv {
  const home = mkdtempSync(join(tmpdir(), "cvat-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return { ...process.env, HOME: home, CVAT_ACCESS_TOKEN: TOKEN };
}
