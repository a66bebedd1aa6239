import type { HubFileKey, ModelFile, ModelStore } from "../../runtime/model-store.js";
import { expectThat } from "./expect.js";

/** A text that no earlier case used, so that stores which outlive a runtime start empty. */
export function unique(): string {
  return Math.random().toString(16).slice(2, 14).padEnd(12, "0");
}

/** A key of a repository that no earlier case used. */
export function freshKey(path = "weights/model.bin"): HubFileKey {
  return { repo: `conformance/case-${unique()}`, commit: `${unique()}${"0".repeat(28)}`, path };
}

/** Bytes written and committed as a file of the store. */
export async function storedFile(
  store: ModelStore,
  bytes: Uint8Array,
  key = freshKey(),
  etag = unique(),
): Promise<ModelFile> {
  const opened = await store.open(key, etag, bytes.byteLength);
  expectThat("writer" in opened, "open: expected a writer for a file that is not there");
  await opened.writer.append(bytes);
  return opened.writer.commit();
}
