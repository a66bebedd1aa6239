import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImageError } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { onTestFinished } from "vitest";
import type { BatchEntry } from "../entries/batch-entry.js";
import type { BatchEngine } from "../work/batch-engine.js";

/** A folder that goes away after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sam2-batch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Entries `0.jpg`, `1.jpg`, … */
export function makeEntries(count: number): BatchEntry[] {
  return Array.from({ length: count }, (_, at) => ({ image: `/in/${at}.jpg`, name: `${at}.jpg` }));
}

export interface FakeEngine extends BatchEngine {
  /** Places of the entries that were worked on. */
  readonly worked: number[];
}

/**
 * A picture of 4 x 3 with as many masks as its place says (0, 1 or 2), of which the second is a cat. Entries whose names begin with "bad" fail.
 *
 * @param before  runs before the work for an entry
 */
export function createFakeEngine(before: (index: number) => void = () => undefined): FakeEngine {
  const worked: number[] = [];
  return {
    worked,
    prepare: async ({ image }) => image,
    async work({ name }, _, { index }) {
      before(index);
      worked.push(index);
      if (name.startsWith("bad")) throw new ImageError(`${name}: is no picture`);
      const masks = Array.from({ length: index % 3 }, (_, at) => ({
        mask: new Mask({ size: [3, 4], counts: [index % 7, 2 + at, 10 - at - (index % 7)] }, { score: 0.5 }),
        ...(at === 1 && { category: "cat", object: "Tom" }),
      }));
      return { width: 4, height: 3, masks };
    },
    readBytes: async ({ name }) => Buffer.from(`bytes of ${name}`),
    encodePng: async ({ data }) => data as Uint8Array,
  };
}
