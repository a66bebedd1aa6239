import { createBreather } from "@sam2js/core";

/** Bytes between two looks at the clock. */
const PIECE_BYTES = 2 ** 22;

/**
 * R = (1 - C) · (1 - K), and so on: what print colours mean without a profile, rounded as Pillow's `convert("RGB")`
 * does. libvips would go through a printing press's profile of its own. Other work of the thread has its turn now and then.
 *
 * @param cmyk  0..255 per channel, 255 is full ink
 */
export async function rgbOfCmyk(cmyk: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  const breathe = createBreather(signal);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    if (from % PIECE_BYTES === 0) await breathe();
    const light = 255 - (cmyk[from + 3] as number);
    for (let ink = 0; ink < 3; ink++) {
      rgb[to + ink] = light - roundedDivision255((cmyk[from + ink] as number) * light);
    }
  }
  return rgb;
}

const roundedDivision255 = (value: number) => Math.floor((value + 127) / 255);
