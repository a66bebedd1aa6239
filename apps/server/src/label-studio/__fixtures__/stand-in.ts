import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A host on a free port that remembers what it was asked. */
export interface StandIn extends AsyncDisposable {
  readonly url: string;
  readonly seen: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
}

/** Starts a host that answers as Label Studio, a storage or somebody else would. */
export async function startHost(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<StandIn> {
  const seen: StandIn["seen"] = [];
  const server = createServer(async (request, response) => {
    // Whoever hangs up gets no answer.
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    seen.push({ path: request.url ?? "", headers: request.headers, body });
    answer(request.url ?? "", response, request);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
