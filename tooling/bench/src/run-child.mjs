import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs one of `children/` in a process of its own, so that its peak memory is its own, and resolves to the JSON of its last line.
 *
 * @param {string} name     file name without ending
 * @param {object} options  what it is asked to do; plain data
 */
export function runChild(name, options, { nodeOptions = [] } = {}) {
  const script = fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));
  return lastLineOf(process.execPath, [...nodeOptions, script, JSON.stringify(options)], name);
}

/** The options that a child was started with. */
export function childOptions() {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** What a child ends with. */
export function reply(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** The most memory that this process has ever held, in bytes. */
export function peakRssBytes() {
  return process.resourceUsage().maxRSS * 1024;
}

/** Runs a command to its end; the last line of its output is its result, as JSON. */
export function lastLineOf(command, args, what, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      errors = (errors + text).slice(-4000);
    });
    child.on("error", (cause) => reject(new Error(`${what}: ${command} does not start`, { cause })));
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`${what} ended with code ${code}:\n${errors}`));
      try {
        resolve(JSON.parse(output.trim().split("\n").at(-1)));
      } catch (cause) {
        reject(new Error(`${what} gave no JSON:\n${output.slice(-1000)}${errors}`, { cause }));
      }
    });
  });
}
