/** An id that is used once ever. Pages that are not secure, such as those of a server in the same house, have no `crypto.randomUUID`. */
export function uniqueId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
