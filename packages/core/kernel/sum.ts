const PRIME_1: u32 = 0x9e3779b1;
const PRIME_2: u32 = 0x85ebca77;

/**
 * Goes on with the four lanes of an XXH32 sum.
 *
 * @param bytes   uint8 [length]
 * @param length  a multiple of 16
 * @param lanes   uint32 [4], read and written
 */
export function sumStripes(bytes: usize, length: i32, lanes: usize): void {
  let a = load<u32>(lanes);
  let b = load<u32>(lanes, 4);
  let c = load<u32>(lanes, 8);
  let d = load<u32>(lanes, 12);
  const end = bytes + length;
  for (; bytes < end; bytes += 16) {
    a = rotl(a + load<u32>(bytes) * PRIME_2, 13) * PRIME_1;
    b = rotl(b + load<u32>(bytes, 4) * PRIME_2, 13) * PRIME_1;
    c = rotl(c + load<u32>(bytes, 8) * PRIME_2, 13) * PRIME_1;
    d = rotl(d + load<u32>(bytes, 12) * PRIME_2, 13) * PRIME_1;
  }
  store<u32>(lanes, a);
  store<u32>(lanes, b, 4);
  store<u32>(lanes, c, 8);
  store<u32>(lanes, d, 12);
}
