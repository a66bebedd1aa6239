import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLI = join(dirname(createRequire(import.meta.url).resolve("@sam2js/cli/package.json")), "dist/main.js");
/** The app with hooks for tests, to be served by `--web`. */
export const APP = fileURLToPath(new URL("../dist-testing/", import.meta.url));

/** A genuine `sam2 serve`, as a process. */
export interface Serving {
  readonly address: string;
  /** Pictures that it has encoded. */
  encodes(): Promise<number>;
  /** Ends at once, as a machine does that loses its power. */
  kill(): Promise<void>;
}

/** Starts `sam2 serve` with nano on a port, 0 for a free one, and waits until it is ready. */
export async function startServe(args: readonly string[], port = 0, token?: string): Promise<Serving> {
  const child = spawn(process.execPath, [CLI, "serve", "--quiet", "--port", `${port}`, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const address = await readAddress(child);
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return {
    address,
    async encodes() {
      const metrics = await (await fetch(`${address}/metrics`, { headers })).text();
      return Number(/^sam2_encodes_total\{.*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Runs `sam2` and waits for its end. */
export async function runSam2(args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [CLI, ...args]);
}

/** A folder that is deleted by `end`. */
export function makeFolder(): { readonly path: string; end(): void } {
  const path = mkdtempSync(join(tmpdir(), "sam2-web-"));
  return { path, end: () => rmSync(path, { recursive: true, force: true }) };
}

async function readAddress({ stderr }: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of stderr ?? []) {
    said += chunk;
    const [, address] = /listening on (http:\S+),/.exec(said) ?? [];
    if (address && said.includes("ready")) return address;
  }
  throw new TypeError(`sam2 serve ended: ${said}`);
}
