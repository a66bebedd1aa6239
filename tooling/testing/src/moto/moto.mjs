import { spawn, spawnSync } from "node:child_process";
import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port/free-port.mjs";

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

export async function startFaultyProxy(target, { slowDownEach, dropEach, cutParts = 0 }) {
  let [count, parts, isCut] = [0, 0, false];
  let hidden;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const { pathname, searchParams } = new URL(url, "http://store");
    count += 1;
    if (isCut || count % dropEach === 0) return void incoming.socket.destroy();
    if (count % slowDownEach === 0) {
      incoming.resume();
      outgoing.writeHead(503, { "content-type": "application/xml" });
      return void outgoing.end(
        "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>",
      );
    }
    if (method === "PUT") hidden?.add(decodeURIComponent(pathname.split("/").slice(2).join("/")));
    const forwarded = request({ port: target, host: "127.0.0.1", method, path: url, headers }, (answer) => {
      if (!hidden || !searchParams.has("list-type")) {
        outgoing.writeHead(answer.statusCode, answer.headers);
        return void answer.pipe(outgoing);
      }
      let text = "";
      answer.setEncoding("utf8").on("data", (piece) => {
        text += piece;
      });
      answer.on("end", () => {
        const seen = text.replaceAll(/<Contents>.*?<Key>(.*?)<\/Key>.*?<\/Contents>/gs, (all, key) =>
          hidden?.has(key) ? "" : all,
        );
        outgoing.writeHead(answer.statusCode, { "content-type": "application/xml" });
        outgoing.end(seen);
      });
    });
    forwarded.on("error", () => outgoing.destroy());
    if (searchParams.has("partNumber") && parts++ < cutParts) {
      incoming.once("data", () => {
        incoming.socket.destroy(); // in the middle of its bytes
        forwarded.destroy();
      });
      return;
    }
    incoming.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    get partsSeen() {
      return parts;
    },
    cut(isOff) {
      isCut = isOff;
    },
    hide(isLate) {
      hidden = isLate ? new Set() : undefined;
    },
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
