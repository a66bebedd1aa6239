import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./workspace.mjs";

/**
 * The script behind a package's command, so that it can be started by this Node without a shell (which differs between platforms).
 *
 * @param packageName installed at the root, or in `folder`
 */
export function binOf(packageName, command = packageName, folder = ".") {
  const at = resolve(root, folder, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
  return join(at, typeof bin === "string" ? bin : bin[command]);
}

/** Runs a command to its end and resolves to `{ code, output }`; `echo` shows its output as it comes. */
export function run(command, args, { cwd = root, env = {}, echo = false, input } = {}) {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (echo) process.stdout.write(text);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolvePromise({ code: code ?? 1, output }));
    // A command that reads nothing may be over before this is written (EPIPE). Its exit status says how it went.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}

/** Runs a JavaScript file in this Node. */
export function runNode(script, args = [], options = {}) {
  return run(process.execPath, [script, ...args], options);
}

/** Paths from the root of what git keeps and is there, and of new files that it would keep: all, or those of some patterns. */
export async function gitFiles(...patterns) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...patterns];
  const { output } = await run("git", args);
  return output.split("\0").filter((path) => path && existsSync(join(root, path)));
}
