import { expect, it } from "vitest";
import { baseName, fileNames, shownSource, stemOf } from "./source-names.js";

it("names paths of every system and URLs by their last part", () => {
  expect(baseName("photos/a.jpg")).toBe("a.jpg");
  expect(baseName("C:\\photos\\a.jpg")).toBe("a.jpg");
  expect(baseName("frames/")).toBe("frames");
  expect(baseName("https://host.example/a/caf%C3%A9.jpg?X-Signature=secret#top")).toBe("café.jpg");
  expect(baseName("https://host.example/50%.png")).toBe("50%.png");
  expect(baseName("https://user:pass@host.example/?token=secret")).toBe("image");
  expect(stemOf("photos/a.b.jpg")).toBe("a.b");
  expect(stemOf(".hidden")).toBe(".hidden");
});

it("shows URLs without their secrets", () => {
  expect(shownSource("https://user:pass@host.example:8443/a/1.jpg?X-Signature=secret#top")).toBe(
    "https://host.example:8443/a/1.jpg",
  );
  expect(shownSource("photos/a.jpg?1")).toBe("photos/a.jpg?1");
});

it("tells files of one name apart by the folders that differ", () => {
  expect(fileNames(["in/a.jpg", "in/b.jpg"])).toEqual(["a.jpg", "b.jpg"]);
  expect(fileNames(["in/a/1.jpg", "in/b/1.jpg"])).toEqual(["a/1.jpg", "b/1.jpg"]);
  expect(fileNames(["in\\a\\1.jpg", "in\\b\\1.jpg", "in\\c.jpg"])).toEqual(["a/1.jpg", "b/1.jpg", "c.jpg"]);
  expect(fileNames(["1.jpg", "old/1.jpg"])).toEqual(["1.jpg", "old/1.jpg"]);
  expect(fileNames(["https://x.example/a/1.jpg?s=1", "https://x.example/b/1.jpg?s=2"])).toEqual([
    "a/1.jpg",
    "b/1.jpg",
  ]);
  expect(fileNames(["a/1.jpg", "a/1.jpg"])).toEqual(["1.jpg", "1.jpg"]);
});
