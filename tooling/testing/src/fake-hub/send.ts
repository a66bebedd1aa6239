import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./fault.js";

/** Sends bytes as a file server would, ranges included, with whatever goes wrong this time. */
export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  fault: Fault | undefined,
): void {
  const range = fault?.ignoresRange ? undefined : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const begin = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(bytes.length, Number(range[2]) + 1) : bytes.length;
  if (range && begin >= bytes.length) {
    response.writeHead(416, { "Content-Range": `bytes */${bytes.length}`, "Content-Length": "0" }).end();
    return;
  }
  const body = spoil(bytes.subarray(begin, end), fault);
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "Accept-Ranges": "bytes",
    "Content-Length": String(body.length),
    ...(range ? { "Content-Range": `bytes ${begin}-${end - 1}/${bytes.length}` } : {}),
  });
  if (request.method === "HEAD") {
    response.end();
  } else if (fault?.hangAfterBytes !== undefined) {
    response.write(body.subarray(0, fault.hangAfterBytes));
  } else if (fault?.dropAfterBytes !== undefined) {
    // Only what has reached the socket arrives before the connection ends.
    response.write(body.subarray(0, fault.dropAfterBytes), () => setTimeout(() => response.destroy(), 20));
  } else {
    response.end(body);
  }
}

function spoil(body: Buffer, fault: Fault | undefined): Buffer {
  if (!fault?.isCorrupt && !fault?.extraBytes) return body;
  const spoilt = Buffer.concat([body, Buffer.alloc(fault.extraBytes ?? 0)]);
  const middle = spoilt.length >> 1;
  if (fault.isCorrupt) spoilt[middle] = (spoilt[middle] ?? 0) ^ 1;
  return spoilt;
}
