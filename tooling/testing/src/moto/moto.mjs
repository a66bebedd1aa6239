import { spawn, spawnSync } from "node:child_process";
import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export const hasMoto = spawnSync("moto_server", ["--help"]).status === 0;

export async function startMoto() {
  const port = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  while (!(await isThere(port))) await sleep(100);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      server.kill("SIGKILL");
      await ended;
    },
  };
}

export async function startFaultyProxy(target, { slowDownEach, dropEach }) {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count += 1;
    if (count % dropEach === 0) return void incoming.socket.destroy();
    if (count % slowDownEach === 0) {
      incoming.resume();
      outgoing.writeHead(503, { "content-type": "application/xml" });
      return void outgoing.end(
        "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>",
      );
    }
    const { method, url, headers } = incoming;
    const forwarded = request({ port: target, host: "127.0.0.1", method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function isThere(port) {
  return fetch(`http://127.0.0.1:${port}/moto-api/`).then(
    () => true,
    () => false,
  );
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
