/** One event of `text/event-stream`. */
export interface StreamEvent {
  /** Number of the event, for `Last-Event-ID`; undefined where it has none. */
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

/** The events of a stream, until it ends or is left. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = new Map(block.split(/\r?\n/).map(field));
        const data = fields.get("data");
        if (data !== undefined) yield { id: fields.get("id"), type: fields.get("event") ?? "message", data };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may be broken already
  }
}

/** `name: value` */
function field(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
