import { spawn, spawnSync } from "node:child_process";
import { freePort } from "../free-port/free-port.mjs";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

export async function startRedis({ folder, port }) {
  const own = port ?? (await freePort());
  const args = [
    "--port",
    String(own),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
  ];
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await new Promise((resolve, reject) => {
    server.once("exit", (code) => reject(new RangeError(`redis-server ended with ${code}`)));
    server.stdout.on("data", (text) => String(text).includes("Ready to accept") && resolve());
  });
  return {
    url: `redis://127.0.0.1:${own}`,
    port: own,
    async freeze(ms) {
      server.kill("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, ms));
      server.kill("SIGCONT");
    },
    async stop() {
      server.kill("SIGKILL");
      await ended;
    },
  };
}
