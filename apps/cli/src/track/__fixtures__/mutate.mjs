/**
 * Bytes with one to four of them changed, the same for a seed. The beginning and the end, where tables are, are hit more often.
 *
 * @param {Uint8Array} bytes
 * @param {number} seed
 * @returns {Uint8Array}
 */
export function mutated(bytes, seed) {
  const out = Uint8Array.from(bytes);
  let state = seed * 2654435761 + 1;
  const random = (/** @type {number} */ below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state % below;
  };
  const changes = 1 + random(4);
  for (let i = 0; i < changes; i++) {
    const place = random(3);
    const near = Math.min(out.length, 900);
    const at = place === 0 ? random(near) : place === 1 ? out.length - 1 - random(near) : random(out.length);
    out[at] = random(2) === 0 ? random(256) : (out[at] ?? 0) ^ (1 << random(8));
  }
  return out;
}
