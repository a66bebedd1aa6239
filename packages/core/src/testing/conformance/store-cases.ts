import { CheckpointError } from "../../errors/errors.js";
import { Sam2Error } from "../../errors/sam2-error.js";
import type { HubFileKey, ModelFile, ModelStore } from "../../runtime/model-store.js";
import { type ConformanceCase, caseOf, type Need } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues } from "./expect.js";
import { freshKey, storedFile, unique } from "./stored-file.js";

const CONTENT = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);

async function expectContent(file: ModelFile | undefined, what: string): Promise<void> {
  expectThat(file, `${what}: expected a file`);
  expectThat(file.sizeBytes === 1000, `${what}: expected 1000 bytes, got ${file.sizeBytes}`);
  expectThat(
    !/[\\/]/.test(file.location),
    `${what}: expected a location without a slash, got ${file.location}`,
  );
  expectValues(await file.read(0, 1000), Array.from(CONTENT), what);
}

async function writerOf(store: ModelStore, key: HubFileKey, etag: string) {
  const opened = await store.open(key, etag, 1000);
  expectThat("writer" in opened, "open: expected a writer for a file that is not there");
  return opened.writer;
}

const storeCase = (name: string, run: (store: ModelStore) => Promise<void>, needs: readonly Need[] = []) =>
  caseOf(`store: ${name}`, needs, ({ store }) => run(store));

/** The small store for model files. */
export const storeCases: readonly ConformanceCase[] = [
  storeCase("a branch leads to the commit that was last written", async (store) => {
    const { repo } = freshKey();
    expectThat((await store.readRef(repo, "main")) === undefined, "an unknown ref is undefined");
    await store.writeRef(repo, "main", "a".repeat(40));
    await store.writeRef(repo, "refs/pr/1", "b".repeat(40));
    await store.writeRef(repo, "main", "c".repeat(40));
    expectThat((await store.readRef(repo, "main")) === "c".repeat(40), "the last commit of main");
    expectThat((await store.readRef(repo, "refs/pr/1")) === "b".repeat(40), "a ref with slashes");
  }),

  storeCase("a file is found when it is committed, not before", async (store) => {
    const key = freshKey("onnx/deep/model.bin");
    expectThat((await store.find(key)) === undefined, "a file that nobody wrote is undefined");
    const writer = await writerOf(store, key, unique());
    await writer.append(CONTENT.slice(0, 400));
    await writer.append(CONTENT.slice(400));
    expectThat((await store.find(key)) === undefined, "a file under way is undefined");
    await expectContent(await writer.commit(), "the committed file");
    await expectContent(await store.find(key), "the found file");
  }),

  storeCase("a range of a file is read, and nothing behind its end", async (store) => {
    const file = await storedFile(store, CONTENT);
    expectValues(await file.read(10, 14), [70, 77, 84, 91], "bytes 10 to 14");
    expectThat((await file.read(5, 5)).length === 0, "an empty range");
    await expectFailure(CheckpointError, () => file.read(990, 1001), "a range behind the end");
  }),

  storeCase("a download goes on where an earlier one ended", async (store) => {
    const key = freshKey();
    const etag = unique();
    const first = await writerOf(store, key, etag);
    expectThat(first.sizeBytes === 0, `expected nothing there, got ${first.sizeBytes} bytes`);
    await first.append(CONTENT.slice(0, 300));
    await first.close();
    const second = await writerOf(store, key, etag);
    expectThat(second.sizeBytes === 300, `expected 300 bytes there, got ${second.sizeBytes}`);
    expectValues(await second.read(0, 300), Array.from(CONTENT.slice(0, 300)), "what is there");
    await second.append(CONTENT.slice(300));
    await expectContent(await second.commit(), "the committed file");
  }),

  storeCase("truncate begins a download afresh", async (store) => {
    const writer = await writerOf(store, freshKey(), unique());
    await writer.append(Uint8Array.of(1, 2, 3));
    await writer.truncate();
    await writer.append(CONTENT);
    await expectContent(await writer.commit(), "the committed file");
  }),

  storeCase("the same content under another commit needs no download", async (store) => {
    const key = freshKey();
    const etag = unique();
    await storedFile(store, CONTENT, key, etag);
    const later = { ...key, commit: `${unique()}${"1".repeat(28)}` };
    expectThat((await store.find(later)) === undefined, "the later commit's file is not found yet");
    const opened = await store.open(later, etag, 1000);
    expectThat("existing" in opened, "open: expected the existing content");
    await expectContent(opened.existing, "the existing file");
    await expectContent(await store.find(later), "the later commit's file");
    await expectContent(await store.find(key), "the earlier commit's file");
  }),

  storeCase("files that the Hub does not have are remembered", async (store) => {
    const key = freshKey("processor_config.json");
    expectThat(!(await store.isKnownMissing(key)), "nothing is known to be missing at first");
    await store.markMissing(key);
    expectThat(await store.isKnownMissing(key), "the file is known to be missing");
    expectThat(!(await store.isKnownMissing({ ...key, path: "config.json" })), "another file is not");
    expectThat(!(await store.isKnownMissing({ ...key, commit: "f".repeat(40) })), "another commit's is not");
  }),

  storeCase("a key that leads out of its repository is refused", async (store) => {
    for (const path of ["../../outside", "a/../../../outside", "/outside", "..\\outside", ""]) {
      const key = { ...freshKey(), path };
      await expectFailure(Sam2Error, () => store.open(key, unique(), 1), `open of ${JSON.stringify(path)}`);
      await expectFailure(Sam2Error, () => store.find(key), `find of ${JSON.stringify(path)}`);
    }
    const key = { ...freshKey(), repo: "../outside" };
    await expectFailure(Sam2Error, () => store.open(key, unique(), 1), "open of repository ../outside");
  }),

  storeCase("two downloads of one file at once leave it whole", async (store) => {
    const key = freshKey();
    const etag = unique();
    const download = async () => {
      const opened = await store.open(key, etag, 1000);
      if ("existing" in opened) return;
      let done = opened.writer.sizeBytes;
      while (done < 1000) {
        await opened.writer.append(CONTENT.slice(done, done + 100));
        done += 100;
      }
      await opened.writer.commit();
    };
    const outcomes = await Promise.allSettled([download(), download(), download()]);
    expectThat(
      outcomes.some(({ status }) => status === "fulfilled"),
      "at least one of them succeeds",
    );
    for (const outcome of outcomes) {
      const fine = outcome.status === "fulfilled" || Sam2Error.isInstance(outcome.reason);
      expectThat(fine, `expected success or a typed error, got ${JSON.stringify(outcome)}`);
    }
    await expectContent(await store.find(key), "the file");
  }),

  storeCase("settings of the Hub are an object", async (store) => {
    const { endpoint, token, offline } = await store.hubSettings();
    const isText = (value: unknown) => value === undefined || typeof value === "string";
    expectThat(isText(endpoint) && isText(token), "endpoint and token are texts or missing");
    expectThat(offline === undefined || typeof offline === "boolean", "offline is true, false or missing");
  }),

  storeCase("folders and files that are not there are undefined", async (store) => {
    const path = `/nowhere/${unique()}`;
    expectThat((await store.openFolder(path)) === undefined, "a folder that is not there");
    expectThat((await store.openFile(path)) === undefined, "a file that is not there");
  }),

  storeCase(
    "a folder gives its files and nothing outside",
    async (store) => {
      const stored = await storedFile(store, CONTENT);
      expectThat(stored.source.kind === "path", `expected a path source, got ${stored.source.kind}`);
      const { path } = stored.source;
      const name = stored.location;
      const folder = await store.openFolder(path.slice(0, -name.length));
      expectThat(folder, "expected the folder of the file");
      expectThat((await folder.list()).includes(name), `list: expected ${name} among its names`);
      await expectContent(await folder.file(name), "the file in the folder");
      expectThat((await folder.file("nothing.bin")) === undefined, "a name that is not there is undefined");
      for (const outside of ["../x", "../../etc/passwd", "/etc/passwd", "a/../../x"]) {
        await expectFailure(CheckpointError, () => folder.file(outside), `the name ${outside}`);
      }
      await expectContent(await store.openFile(path), "the file by its path");
    },
    ["files"],
  ),
];
