import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { expect, it } from "vitest";
import { makeFolder } from "../__fixtures__/run-cli.js";
import { dropState, loadState, saveState } from "./track-state.js";

const mask = new Mask({ size: [2, 3], counts: [1, 2, 3] }, { objectScore: 0.75 });
const state = {
  request: "{}",
  content: { "the video": "1a" },
  done: 7,
  found: new Map([[4, new Map([["cup", mask]])]]),
  session: Uint8Array.of(1, 10, 2, 10),
};

it("the state of a run comes back as it was written", async () => {
  const folder = makeFolder();
  await saveState(folder, "clip", state);
  const again = await loadState(folder, "clip", "{}");
  expect(again).toMatchObject({ done: 7, session: state.session });
  expect(again?.found.get(4)?.get("cup")).toMatchObject({
    counts: mask.counts,
    size: [2, 3],
    objectScore: 0.75,
  });
  await dropState(folder, "clip");
  expect(existsSync(join(folder, "clip.track-state"))).toBe(false);
  expect(await loadState(folder, "clip", "{}")).toBeUndefined();
});

it("the state of another command, or a damaged one, is refused", async () => {
  const folder = makeFolder();
  await saveState(folder, "clip", state);
  await expect(loadState(folder, "clip", '{"other":1}')).rejects.toThrow(/expected the prompts and options/);
  const path = join(folder, "clip.track-state");
  const bytes = readFileSync(path);
  const flipped = Array.from(bytes, (_, at) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1 << (at % 8);
    return copy;
  });
  const cut = [bytes.subarray(0, -1), bytes.subarray(0, 5), Buffer.from("{}\n"), Buffer.alloc(0)];
  for (const damaged of [...cut, ...flipped]) {
    writeFileSync(path, damaged);
    await expect(loadState(folder, "clip", "{}")).rejects.toSatisfy((error) => InputError.isInstance(error));
  }
});
