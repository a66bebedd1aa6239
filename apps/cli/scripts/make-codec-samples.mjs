// Writes data/codec-samples.json: one small picture, left half red, right half blue, in every format that images come in.
import { writeFileSync } from "node:fs";
import sharp from "sharp";

const SIDE = 16;
const pixels = new Uint8Array(SIDE * SIDE * 3);
for (let i = 0; i < SIDE * SIDE; i++) pixels.set(i % SIDE < SIDE / 2 ? [200, 30, 30] : [30, 30, 200], 3 * i);
const picture = () => sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });

const samples = {
  JPEG: picture().jpeg({ quality: 95, chromaSubsampling: "4:4:4" }),
  PNG: picture().png(),
  WebP: picture().webp({ lossless: true }),
  GIF: picture().gif(),
  TIFF: picture().tiff({ compression: "deflate" }),
  AVIF: picture().avif({ lossless: true }),
};
const encoded = {};
for (const [name, made] of Object.entries(samples))
  encoded[name] = (await made.toBuffer()).toString("base64");
const json = { madeBy: "scripts/make-codec-samples.mjs", side: SIDE, samples: encoded };
writeFileSync(
  new URL("../data/codec-samples.json", import.meta.url),
  `${JSON.stringify(json, undefined, 2)}\n`,
);
