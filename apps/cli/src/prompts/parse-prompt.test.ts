import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { parseBox, parseMask, parsePoint } from "./parse-prompt.js";

describe("parsePoint", () => {
  it("takes a point inside, and one outside", () => {
    expect(parsePoint("500,375")).toEqual({ object: undefined, point: [500, 375], label: 1 });
    expect(parsePoint("cup: 1.5 , -2 ,0")).toEqual({ object: "cup", point: [1.5, -2], label: 0 });
  });

  it("takes names with colons in them", () => {
    expect(parsePoint("a:b:1,2").object).toBe("a:b");
  });

  it.each(["", "500", "1,2,3", "1,2,1,1", "x,y", "1,,2", "0x10,2", "1;2", "NaN,1", "cup:", "1e999,2"])(
    "refuses %j and shows an example",
    (text) => {
      expect(() => parsePoint(text)).toThrow(InputError);
      expect(() => parsePoint(text)).toThrow(/--point: expected .* for example --point 500,375/);
    },
  );
});

describe("parseBox", () => {
  it("takes two opposite corners in any order", () => {
    expect(parseBox("1725,850,75,275")).toEqual({ object: undefined, box: [75, 275, 1725, 850] });
    expect(parseBox("truck:75,850,1725,275")).toEqual({ object: "truck", box: [75, 275, 1725, 850] });
  });

  it.each(["1,2,3", "1,2,3,4,5", "a,b,c,d", ""])("refuses %j", (text) => {
    expect(() => parseBox(text)).toThrow(/--box: expected \[OBJ:\]x0,y0,x1,y1/);
  });
});

describe("parseMask", () => {
  it("takes a file, with or without the object's name", () => {
    expect(parseMask("mask.png")).toEqual({ object: undefined, path: "mask.png" });
    expect(parseMask("cup=C:\\masks\\a.png")).toEqual({ object: "cup", path: "C:\\masks\\a.png" });
  });

  it("takes a signed URL, which has a = itself", () => {
    const path = "https://host.example/m.png?signature=a=";
    expect(parseMask(path)).toEqual({ object: undefined, path });
    expect(parseMask(`cup=${path}`)).toEqual({ object: "cup", path });
  });

  it("refuses an empty path", () => {
    expect(() => parseMask("cup=")).toThrow(/--mask: expected/);
  });
});

it("finds a mask file with a = in its own name, and knows the object before another one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sam2-masks-"));
  const path = join(folder, "run=3.png");
  await writeFile(path, "");
  expect(parseMask(path)).toEqual({ object: undefined, path });
  expect(parseMask(`cup=${path}`)).toEqual({ object: "cup", path });
  await rm(folder, { recursive: true });
});
