import { expect, it } from "vitest";
import type { ImageRecord } from "../generate/record.js";
import { reportHtml } from "./report-html.js";

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
