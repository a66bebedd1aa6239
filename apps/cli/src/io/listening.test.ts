import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@sam2js/core";
import { expect, it } from "vitest";
import { serveMetrics } from "../batch/worker-metrics.js";
import { listening } from "./listening.js";

const COUNTS = { shardsDone: 0, shardsFailed: 0, images: 0, imagesFailed: 0 };

it("a port that is taken is an error of the option that gave it", async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
  const { port } = taken.address() as AddressInfo;
  const start = serveMetrics(`${port}`, COUNTS, () => 0);
  await expect(start).rejects.toThrow(InputError);
  await expect(start).rejects.toThrow(
    `--metrics: expected an address to listen on, got 127.0.0.1:${port}, which another program listens on; give another port`,
  );
  taken.close();
});

it.each(["EACCES", "EADDRNOTAVAIL", "ENOTFOUND"])("%s too", async (code) => {
  const fails = Promise.reject(Object.assign(new Error("of the system"), { code }));
  await expect(listening(fails, "--port", "10.0.0.1:80")).rejects.toThrow(InputError);
});

it("what else happens stays as it is", async () => {
  await expect(listening(Promise.resolve("http://a"), "--port", "a:1")).resolves.toBe("http://a");
  const error = new TypeError("something else");
  await expect(listening(Promise.reject(error), "--port", "a:1")).rejects.toBe(error);
});
