import { type Rle, rleToBitmap } from "@sam2js/masks";

const [ZERO, COMMA, OPEN, CLOSE] = [..."0,[]"].map((letter) => letter.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];

/** A mask as JSON text, rows of 0 and 1: `{"mask":[[0,1],[0,0]]}`. Written byte by byte, since a photo has millions of them. */
export function maskJson(mask: Rle): Buffer {
  const [height, width] = mask.size;
  const bits = rleToBitmap(mask).data;
  const [head, tail] = ['{"mask":[', "]}"];
  const text = Buffer.alloc(head.length + tail.length + height * (2 * width + 2) - 1);
  let at = text.write(head);
  for (let y = 0, pixel = 0; y < height; y += 1) {
    if (y > 0) text[at++] = COMMA;
    text[at++] = OPEN;
    for (let x = 0; x < width; x += 1, pixel += 1) {
      if (x > 0) text[at++] = COMMA;
      text[at++] = ZERO + (bits[pixel] ?? 0);
    }
    text[at++] = CLOSE;
  }
  text.write(tail, at);
  return text;
}
