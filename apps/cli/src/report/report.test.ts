import { expect, it } from "vitest";
import type { ImageRecord } from "../generate/record.js";
import { reportHtml } from "./report-html.js";
import { shrink } from "./shrink.js";

const record: ImageRecord = {
  version: 2,
  image: "/photos/a <b> & c.jpg",
  digest: "12",
  settings: "{}",
  width: 640,
  height: 480,
  masks: 12,
  bestScore: 0.912,
  elapsedMs: 1234,
  files: ["a #1.overlay.png", "a #1.coco.json"],
  thumbnail: ".sam2/a #1.png",
};

it("escapes what it shows and encodes what it links to", () => {
  const failure = { image: "<script>.jpg", code: "INVALID_IMAGE", message: "no image", status: 2 };
  const html = reportHtml({
    model: "nano",
    settings: [["grid", "<32>"]],
    records: [record],
    failures: [failure],
  });
  expect(html).toContain("a &lt;b&gt; &amp; c.jpg");
  expect(html).toContain('href="a%20%231.overlay.png"');
  expect(html).toContain('src=".sam2/a%20%231.png"');
  expect(html).toContain("&lt;script&gt;.jpg");
  expect(html).not.toContain("<script");
  expect(html).toContain("12 masks in 1 image<");
});

it("makes small pictures of large ones by the mean of their pixels", () => {
  const data = Uint8Array.from({ length: 4 * 2 * 3 }, (_, i) => (Math.floor(i / 3) % 2 ? 100 : 50));
  const small = shrink({ data, width: 4, height: 2, channels: 3 }, 2);
  expect(small).toEqual({ data: new Uint8Array(6).fill(75), width: 2, height: 1, channels: 3 });
  expect(shrink(small, 10)).toBe(small);
});
