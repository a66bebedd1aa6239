import { expect, it } from "vitest";
import { KeptEmbeddings } from "./kept-embeddings.js";

function setUp(most: number) {
  const log: string[] = [];
  const kept = new KeptEmbeddings<{ id: string; isGone: boolean; dispose(): void }>(most);
  const encode = (id: string) => async () => {
    log.push(`encode ${id}`);
    const embeddings = {
      id,
      isGone: false,
      dispose() {
        embeddings.isGone = true;
        log.push(`free ${id}`);
      },
    };
    return embeddings;
  };
  return { kept, encode, log };
}

it("keeps the photos that were used last, and frees the others", async () => {
  const { kept, encode, log } = setUp(2);
  for (const id of ["a", "b", "a", "c", "a"]) await kept.use(id, encode(id), ({ id: made }) => made);
  await Promise.resolve();
  expect(log).toEqual(["encode a", "encode b", "encode c", "free b"]);
  expect([kept.has("a"), kept.has("b"), kept.has("c")]).toEqual([true, false, true]);
});

it("frees nothing that somebody works with, however many photos are clicked at once", async () => {
  const { kept, encode } = setUp(3);
  const ids = Array.from({ length: 30 }, (_, i) => `photo-${i}`);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const answers = ids.map((id) =>
    kept.use(id, encode(id), async (embeddings) => {
      await gate;
      return embeddings.isGone;
    }),
  );
  await Promise.resolve();
  open();
  expect(await Promise.all(answers)).toEqual(ids.map(() => false));
  expect(ids.filter((id) => kept.has(id))).toHaveLength(3);
});

it("a photo that could not be encoded is tried again", async () => {
  const { kept, encode } = setUp(2);
  const fail = async () => {
    throw new RangeError("no memory");
  };
  await expect(kept.use("a", fail, () => 1)).rejects.toThrow("no memory");
  expect(await kept.use("a", encode("a"), ({ id }) => id)).toBe("a");
});
