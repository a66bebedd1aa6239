/** What the logits of objects that lose a pixel are brought down to; sigmoid(-10) is 0.00005. */
const SUPPRESSED = -10;

/**
 * Gives each pixel to the object with the highest logit there, the first of equals; the others are clamped to at most -10, in place.
 *
 * @param rows  the same pixels of each object, float32
 */
export function suppressOverlaps(rows: readonly Float32Array[]): void {
  const width = rows[0]?.length ?? 0;
  for (let x = 0; x < width; x += 1) {
    let best = 0;
    let highest = rows[0]![x]!;
    for (let object = 1; object < rows.length; object += 1) {
      const value = rows[object]![x]!;
      if (value > highest) {
        highest = value;
        best = object;
      }
    }
    for (let object = 0; object < rows.length; object += 1) {
      const row = rows[object]!;
      if (object !== best && row[x]! > SUPPRESSED) row[x] = SUPPRESSED;
    }
  }
}
