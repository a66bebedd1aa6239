import { expect, it } from "vitest";
import { sourceName } from "./source-name.js";

it.each([
  ["photos/a b.png", "photos/a b.png"],
  ["C:\\photos\\a#1.png", "C:\\photos\\a#1.png"],
  ["what?.png", "what?.png"],
  ["https://user:secret@host.org/a.png?X-Amz-Signature=abc#x", "https://host.org/a.png"],
  [new URL("https://host.org:8080/a%20b.png?sig=1"), "https://host.org:8080/a%20b.png"],
  ["https://u:p@host/%zz?sig", "https://host/%zz"],
  ["data:image/png;base64,AAAA", "data: URL"],
  ["A".repeat(5000), `${"A".repeat(40)}…`],
  [new File([], "a.png"), "a.png"],
  [new Blob([]), "image"],
  [new Uint8Array(3), "image"],
  [3, "3"],
])("names %s", (source, name) => {
  expect(sourceName(source)).toBe(name);
});
