/** @typedef {import("./messages.js").Message} Message */

/** @type {WeakMap<object, object[]>} */
const transfers = new WeakMap();

/**
 * A result or event that hands things over instead of copying them: the sender has them no more.
 *
 * @template {object} T
 * @param {T} value
 * @param {readonly object[]} things
 * @returns {T}
 */
export function handingOver(value, things) {
  transfers.set(value, [...things]);
  return value;
}

/**
 * Hands over the array buffers of bytes, of a tensor or image, or of a record of these.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function handingOverData(value) {
  if (typeof value !== "object" || value === null) return value;
  /** @type {Set<ArrayBuffer>} */
  const buffers = new Set();
  for (const item of ArrayBuffer.isView(value) ? [{ data: value }] : [value, ...Object.values(value)]) {
    const data = /** @type {{ data?: unknown } | undefined} */ (item)?.data;
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  }
  return handingOver(value, [...buffers]);
}

/**
 * Answers the calls of a `Caller` that arrive at a port.
 *
 * @param {import("./messages.js").Port} port
 * @param {import("./messages.js").Served} methods  by name
 */
export function serve(port, methods) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  /** @param {Message} message @param {unknown} [content] */
  const post = (message, content) => port.postMessage(message, transfers.get(Object(content)) ?? []);
  port.addEventListener("message", async ({ data }) => {
    const { id, method, argument } = /** @type {Extract<Message, { method: string }>} */ (data);
    if (method === undefined) {
      running.get(id)?.abort(new DOMException("cancelled", "AbortError"));
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const work = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (!work) throw new ReferenceError(`this worker has no method ${method}`);
      const emit = (/** @type {unknown} */ event) => post({ id, event }, event);
      const value = await work(/** @type {never} */ (argument), { signal: controller.signal, emit });
      post({ id, value }, value);
    } catch (error) {
      post({ id, error: toPlain(error) });
    } finally {
      running.delete(id);
    }
  });
}

/**
 * @param {unknown} error
 * @returns {import("./messages.js").PlainError}
 */
function toPlain(error) {
  if (!(error instanceof Error || error instanceof DOMException)) {
    return { name: "Error", message: String(error) };
  }
  const { name, message } = error;
  const { code, facts } = /** @type {Partial<import("@sam2js/core").Sam2Error>} */ (error);
  if (!facts) return { name, message };
  const plain = Object.entries(facts).filter(([, value]) => isPlain(value));
  return { name, message, code, facts: Object.fromEntries(plain) };
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isPlain(value) {
  return Array.isArray(value) ? value.every(isPlain) : /^(string|number|boolean)$/.test(typeof value);
}
