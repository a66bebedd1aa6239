import { readFileSync } from "node:fs";
import { type Server, type ServerOptions, createServer } from "../create-server.js";

/** Bytes of a photo of the examples. */
export function photo(name: "truck.jpg" | "groceries.jpg" | "cars.jpg"): Buffer {
  return readFileSync(new URL(`../../../../examples/images/${name}`, import.meta.url));
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as they come
export const readJson = async (response: Response): Promise<any> => response.json();

/** A server on a free port, and `fetch` with its address. */
export interface RunningServer extends AsyncDisposable {
  readonly server: Server;
  readonly address: string;
  /** A request; a body that is an object goes as JSON. */
  call(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>;
  /** The value of a counter or gauge, 0 where it is not there. @param line  its name with labels, as Prometheus has it */
  metric(line: string): Promise<number>;
}

/** Starts the real server with nano. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await createServer({ port: 0, logger: false, ...options });
  const address = await server.listen();
  await server.services.engines.ready;
  const [token] = options.tokens ?? [];
  const call: RunningServer["call"] = (path, { json, ...init } = {}) =>
    fetch(`${address}${path}`, {
      ...(json !== undefined && { method: "POST", body: JSON.stringify(json) }),
      ...init,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { "content-type": "application/json" }),
        ...(init.headers as Record<string, string>),
      },
    });
  return {
    server,
    address,
    call,
    async metric(line) {
      const text = await (await call("/metrics")).text();
      const found = text.split("\n").find((each) => each.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? 0);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
