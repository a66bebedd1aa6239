/** One message of a stream: an event, or how long to wait before connecting again. */
export type StreamMessage =
  | { readonly type: "event"; readonly name: string; readonly data: string }
  | { readonly type: "retry"; readonly delayMs: number };

/** A line that does not end is no event stream. */
const MAX_LINE_CHARACTERS = 2 ** 20;

/**
 * The messages of server-sent events, until the stream ends. Comments, by which servers keep a connection alive, are left out.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEventStream(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamMessage, void, undefined> {
  let [name, data] = ["", [] as string[]];
  for await (const line of linesOf(stream)) {
    if (line === "") {
      if (data.length > 0) yield { type: "event", name: name || "message", data: data.join("\n") };
      [name, data] = ["", []];
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "retry" && /^\d+$/.test(value)) yield { type: "retry", delayMs: Number(value) };
  }
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/); // a return at the end may be half of a line's end
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > MAX_LINE_CHARACTERS) return;
  }
}
