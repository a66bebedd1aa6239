/** A seeded source of numbers in [0, 1) for tests (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A bitmap of independent pixels, `density` of them inside. */
export function noiseBitmap(random: () => number, width: number, height: number, density: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, () => (random() < density ? 1 : 0));
}

/** Logits like a decoder's: a few soft blobs of either sign, and optionally noise. */
export function blobLogits(random: () => number, width: number, height: number, noise = 0): Float32Array {
  const blobs = Array.from({ length: 1 + Math.floor(random() * 5) }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (0.05 + 0.3 * random()) * Math.max(width, height),
    height: random() < 0.75 ? 25 : -30,
  }));
  const logits = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = -8 + noise * (random() - 0.5);
      for (const blob of blobs) {
        const distance = Math.hypot(x - blob.x, y - blob.y) / blob.radius;
        sum += blob.height * Math.exp(-(distance ** 4));
      }
      logits[y * width + x] = sum;
    }
  }
  return logits;
}
