/** Writes the fields of a protobuf message one after the other. @see https://protobuf.dev/programming-guides/encoding */
export class ProtoWriter {
  #buffer = new Uint8Array(2 ** 16);
  #length = 0;

  /** An integer, also one below 0: an enum, int32 or int64. */
  int(field: number, value: number): void {
    this.#varint(8 * field);
    if (value >= 0) this.#varint(value);
    else this.#negative(value);
  }

  /** A float. */
  float(field: number, value: number): void {
    this.#varint(8 * field + 5);
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** Bytes. */
  bytes(field: number, value: Uint8Array): void {
    this.#varint(8 * field + 2);
    this.#varint(value.length);
    this.#append(value);
  }

  /** A string. */
  text(field: number, value: string): void {
    this.bytes(field, ENCODER.encode(value));
  }

  /** A message, whose fields `write` writes. */
  message(field: number, write: () => void): void {
    this.#varint(8 * field + 2);
    const begin = this.#length;
    write();
    const size = this.#length - begin;
    this.#varint(size); // behind the message, to see how long it is
    const length = this.#buffer.slice(begin + size, this.#length);
    this.#buffer.copyWithin(begin + length.length, begin, begin + size);
    this.#buffer.set(length, begin);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** Seven bits a byte, the lowest first. @param value  a whole number >= 0 */
  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** The two's complement in 64 bits. */
  #negative(value: number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 128n; rest >>= 7n) this.#buffer[this.#length++] = Number(rest % 128n) + 128;
    this.#buffer[this.#length++] = Number(rest);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = new Uint8Array(2 * (this.#length + count));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

const ENCODER = new TextEncoder();
