import { expect, it } from "vitest";
import { table } from "../outputs/table.js";
import { printable, printableName } from "./printable.js";

it("shows control characters instead of sending them to the terminal", () => {
  expect(printable("\x1b[2Jcup\r\x07\x9b1m")).toBe("�[2Jcup���1m");
  expect(printable("two\nlines\tand tabs")).toBe("two\nlines\tand tabs");
  expect(printable("evil\u202egnp.exe")).toBe("evil�gnp.exe");
  expect(printableName("two\nlines")).toBe("two�lines");
});

it("keeps tables in shape whatever names hold", () => {
  expect(
    table(
      [
        ["a\nb", "1"],
        ["cup", "22"],
      ],
      [1],
    ),
  ).toEqual(["a�b   1", "cup  22"]);
});
