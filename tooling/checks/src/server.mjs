import { spawn } from "node:child_process";
import { once } from "node:events";

/** Other checks go on beside the one that waits. */
const PATIENCE_MS = 180_000;

/**
 * Starts a script that prints the address at which it serves, and resolves to `{ url, stop }` once it has printed one.
 * `stop` resolves when the process is over.
 */
export async function startServer(script, args, { cwd }) {
  // Colours would stand between the host and the port.
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: "pipe" });
  const over = once(child, "exit");
  const stop = async () => {
    child.kill();
    await over;
  };
  let output = "";
  const url = await new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const done = (found) => {
      clearTimeout(timer);
      resolve(found);
    };
    over.then(() => done(), done);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const address = /(https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+)[^\d]/.exec(output);
        if (address) done(`${address[1]}/`);
      });
    }
  });
  if (url) return { url, stop };
  await stop();
  throw new TypeError(`${script} printed no address at which it serves:\n${output}`);
}
