import { goldenDirs, loadGolden, relativeError } from "@sam2js/reference";
import { expect, it } from "vitest";
import { sinePositionEncoding } from "./sine-position-encoding.js";

it.each(goldenDirs())("is the reference's encoding of each level of %s", (dir) => {
  const golden = loadGolden(dir);
  for (const expected of golden.resolveList(golden.case("vision").outputs?.fpn_position_encoding)) {
    const [, channels = 0, height = 0, width = 0] = expected.dims;
    expect(relativeError(sinePositionEncoding(channels, height, width), expected)).toBeLessThan(1e-5);
  }
});
