import { afterEach, describe, expect, it } from "vitest";
import { en } from "./en/index.js";
import { bytesText, lengthText, listText, percent, scoreText, whenText } from "./numbers.js";
import { fill, takeCatalogue, words } from "./words.js";

afterEach(() => takeCatalogue("en", en));

describe("numbers and times", () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 40).getTime();

  it.each([
    [at(29, 9), "today 09:40"],
    [at(28, 23), "yesterday 23:40"],
    [at(24, 9), "24 Nov"],
  ])("tells when it was, in words and in days of the place", (then, text) => {
    takeCatalogue("en-GB", en);
    expect(whenText(then, at(29, 17))).toBe(text);
  });

  it("writes sizes, shares and lists as English does", () => {
    expect([12, 5000, 1_240_000, 340e6, 1.24e9].map(bytesText)).toEqual([
      "12 bytes",
      "5 kB",
      "1.2 MB",
      "340 MB",
      "1.2 GB",
    ]);
    expect([0.2, 11, 720].map(lengthText)).toEqual(["1 s", "11 s", "12 min"]);
    expect([percent(0.923), percent(0.0414, 1), scoreText(1.02)]).toEqual(["92%", "4.1%", "100%"]);
    expect(listText(["6 photos", "12 objects"])).toBe("6 photos, 12 objects");
  });
});

describe("texts", () => {
  it("are filled in, in the form that the number has", () => {
    expect(fill(words().count.photos, { count: 1 })).toBe("1 photo");
    expect(fill(words().count.photos, { count: 1200 })).toBe("1,200 photos");
    expect(fill(words().welcome.ready, { name: "nano" })).toBe("nano is ready");
  });

  it("keep the direction of names apart from their own where it runs from right to left", () => {
    takeCatalogue("ar", en, true);
    expect(fill(words().welcome.ready, { name: "nano" })).toBe("\u2068nano\u2069 is ready");
  });
});
