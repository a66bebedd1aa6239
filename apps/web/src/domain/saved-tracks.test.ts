import { expect, it } from "vitest";
import { packTracks, unpackTracks } from "./saved-tracks.js";
import { Track } from "./track.js";

const found = (counts: number[], score: number, isOld = false) => ({
  rle: { size: [2, 3] as const, counts: Uint32Array.from(counts) },
  score,
  area: counts[1] ?? 0,
  isOld,
});

it("gives back what was found, frame by frame", async () => {
  const tracks = new Map([
    ["object-1", new Track({}, [found([1, 2, 3], 4.5), undefined, found([6], -3, true)], "nano")],
    ["object-2", new Track({}, [])],
  ]);
  const objects = await unpackTracks(packTracks([2, 3], tracks));
  expect([...objects.keys()]).toEqual(["object-1", "object-2"]);
  const [first, gap, last] = objects.get("object-1")?.frames ?? [];
  expect(objects.get("object-1")?.by).toBe("nano");
  expect(first).toEqual(found([1, 2, 3], 4.5));
  expect(gap).toBeUndefined();
  expect(last).toEqual(found([6], -3, true));
});

it("says that a file is cut off or something else", async () => {
  const whole = packTracks([2, 3], new Map([["a", new Track({}, [found([1, 2, 3], 1)])]]));
  await expect(unpackTracks(whole.slice(0, whole.size - 4))).rejects.toThrow("expected 3 run lengths, got 2");
  await expect(unpackTracks(new Blob(["what is this\n"]))).rejects.toThrow("expected JSON");
  await expect(unpackTracks(new Blob(["{}\n"]))).rejects.toThrow("expected tracks of sam2js");
});
