import { describe, expect, it } from "vitest";
import { fileKind } from "./file-kind.js";
import { unreadableImage } from "./unreadable-image.js";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const box = (brands: string) => bytes(`\0\0\0${String.fromCharCode(8 + brands.length)}ftyp${brands}`);
/** A TIFF file, little-endian, with these tags, each one 32-bit number. */
function tiff(tags: Record<number, number>): Uint8Array {
  const entries = Object.entries(tags);
  const view = new DataView(new ArrayBuffer(10 + 12 * entries.length));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  view.setUint16(8, entries.length, true);
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    view.setUint16(at, Number(tag), true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  }
  return new Uint8Array(view.buffer);
}

describe("fileKind", () => {
  it.each([
    ["JPEG", "readable", bytes("\xff\xd8\xff\xe0")],
    ["PNG", "readable", bytes("\x89PNG\r\n\x1a\n")],
    ["WebP", "readable", bytes("RIFF\0\0\0\0WEBPVP8 ")],
    ["GIF", "readable", bytes("GIF89a")],
    ["AVIF", "readable", box("avif\0\0\0\0avifmif1miaf")],
    ["AVIF", "readable", box("mif1\0\0\0\0mif1avif")],
    ["HEIC", "maybe", box("heic\0\0\0\0mif1heic")],
    ["HEIC", "maybe", box("mif1\0\0\0\0mif1heic")],
    ["TIFF", "maybe", tiff({ 256: 10 })],
    ["JPEG XL", "maybe", bytes("\xff\x0a\x10")],
    ["JPEG XL", "maybe", bytes("\0\0\0\x0cJXL \r\n\x87\n")],
    ["JPEG 2000", "maybe", bytes("\0\0\0\x0cjP  \r\n\x87\n")],
    ["DNG", "raw", tiff({ 254: 1, 50706: 1 })],
    ["TIFF-based", "raw", tiff({ 254: 1, 330: 8 })],
    ["Canon CR2", "raw", bytes("II*\0\x10\0\0\0CR\x02\0")],
    ["Canon CR3", "raw", box("crx \0\0\0\x01crx isom")],
    ["BMP", "picture", bytes("BM6\0\0\0")],
    ["Photoshop", "picture", bytes("8BPS\0\x01")],
    ["ICO", "picture", bytes("\0\0\x01\0\x01\0")],
    ["PDF", "drawing", bytes("%PDF-1.7")],
    ["SVG", "drawing", bytes('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made -->\n<svg/>')],
    ["SVG", "drawing", bytes('  <svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["MP4 or QuickTime", "video", box("isom\0\0\0\0isomavc1")],
    ["Matroska or WebM", "video", bytes("\x1a\x45\xdf\xa3")],
    ["HTML", "page", bytes("\n<!DOCTYPE html><html>")],
    ["Git LFS", "pointer", bytes("version https://git-lfs.github.com/spec/v1\n")],
    ["text", "other", bytes("not a picture\n")],
    ["unknown", "other", new Uint8Array(64)],
    ["empty", "empty", new Uint8Array(0)],
  ] as const)("knows %s (%s)", (name, sort, file) => {
    expect(fileKind(file)).toEqual({ sort, name });
  });

  it("reads no further than the bytes it has", () => {
    const whole = tiff({ 254: 1, 330: 8, 50706: 1 });
    for (let length = 0; length < whole.length; length += 1) fileKind(whole.subarray(0, length));
    expect(fileKind(box("heic").subarray(0, 11)).name).toBe("MP4 or QuickTime");
  });
});

describe("unreadableImage", () => {
  const formats = ["JPEG", "PNG", "AVIF"];

  it.each([
    ["\0\0\0\x10ftypheic\0\0\0\0", /got a HEIC picture; save it as PNG or JPEG.*sips/],
    ["BM", /got a BMP picture; save it as PNG/],
    ["<!doctype html>", /got a web page/],
    ["\x1a\x45\xdf\xa3", /got a video \(Matroska or WebM\).*ffmpeg/],
    ["", /got an empty file/],
    ["\xff\xd8\xff\xe0", /got a JPEG file that is damaged, cut off/],
    ["hello", /got a text file/],
    ["\0\0\0\0", /bytes of no known format/],
  ])("says in one line what %j is, what is read, and what to do", (text, expected) => {
    const error = unreadableImage("a.jpg", fileKind(bytes(text)), formats, new TypeError("a\nb"));
    expect(error.message).toMatch(/^a\.jpg: expected JPEG, PNG or AVIF, got .*; \S/);
    expect(error.message).toMatch(expected);
    expect(error.message).not.toContain("\n");
    expect(error.facts).toMatchObject({ name: "a.jpg", expected: formats });
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});
