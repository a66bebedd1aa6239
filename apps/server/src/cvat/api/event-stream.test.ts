import { expect, it } from "vitest";
import { readEventStream, type StreamMessage } from "./event-stream.js";

async function read(...chunks: readonly string[]): Promise<StreamMessage[]> {
  const encoder = new TextEncoder();
  async function* stream() {
    for (const chunk of chunks) yield encoder.encode(chunk);
  }
  const found: StreamMessage[] = [];
  for await (const message of readEventStream(stream())) found.push(message);
  return found;
}

it("reads events, however the stream is cut and lines end", async () => {
  const text = ': alive\nretry: 1500\nevent: newrequest\ndata: {"a":\ndata:1}\n\n: alive\n\n';
  const expected: StreamMessage[] = [
    { type: "retry", delayMs: 1500 },
    { type: "event", name: "newrequest", data: '{"a":\n1}' },
  ];
  expect(await read(text)).toEqual(expected);
  expect(await read(...text)).toEqual(expected);
  expect(await read(...text.replaceAll("\n", "\r\n"))).toEqual(expected);
  expect(await read(text.replaceAll("\n", "\r"))).toEqual(expected);
});

it("leaves out what is not whole, unknown or no number", async () => {
  expect(await read("retry: soon\nid: 3\nevent: x\n\ndata: lost at the end")).toEqual([]);
  expect(await read("data: ü\n\n")).toEqual([{ type: "event", name: "message", data: "ü" }]);
});

it("ends where a line does not", async () => {
  expect(await read("data: ", "x".repeat(2 ** 21), "\n\ndata: 1\n\n")).toEqual([]);
});
