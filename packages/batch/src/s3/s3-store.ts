import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { checkText } from "@sam2js/core";
import type { FileContent } from "@sam2js/runtime-node";
import type { BatchStore } from "../store/batch-store.js";
import { readS3 } from "./read-s3.js";
import { parseS3 } from "./s3-address.js";
import { isMissing, s3Error, s3Library, statusOf } from "./s3-client.js";
import { createS3Journals } from "./s3-journals.js";

/** Parts of a large object; 10,000 of them are allowed, which is 160 GB. */
const PART_BYTES = 16 << 20;
/** Between looks at an object that another is writing. */
const BUSY_MS = 200;

/**
 * A batch under a prefix of a bucket: `s3://bucket/results`. Objects appear as a whole or not at all. Only journals are looked for in listings, which may be
 * late: then a little is done again.
 *
 * @param flushMs  journals are written so often; default 10 s
 */
export function createS3Store(address: string, flushMs?: number): BatchStore {
  checkText(address, "address", "an address such as s3://bucket/results");
  const where = address.replace(/\/+$/, "");
  const { bucket, key } = parseS3(where);
  const target = (name: string) => ({ Bucket: bucket, Key: key === "" ? name : `${key}/${name}` });
  const addressOf = (name: string) => `s3://${bucket}/${target(name).Key}`;
  const failed = (name: string) => (error: unknown) => {
    throw s3Error(error, addressOf(name));
  };
  const store: BatchStore = {
    where,
    get journals() {
      return journals;
    },
    read: (name, range) => readS3(addressOf(name), range),
    async has(name) {
      const { s3, client } = await s3Library();
      return client.send(new s3.HeadObjectCommand(target(name))).then(
        () => true,
        (error) => (isMissing(error) ? false : failed(name)(error)),
      );
    },
    async write(name, content, signal) {
      const { s3, client, storage } = await s3Library();
      signal?.throwIfAborted();
      const end = signal && { abortSignal: signal };
      if (typeof content === "string" || content instanceof Uint8Array) {
        const ContentLength = Buffer.byteLength(content);
        const command = new s3.PutObjectCommand({ ...target(name), Body: content, ContentLength });
        await client.send(command, end).catch(failed(name));
        return;
      }
      const upload = new storage.Upload({
        client,
        params: { ...target(name), Body: Readable.from(content as Exclude<FileContent, string>) },
        partSize: PART_BYTES,
        queueSize: 2,
      });
      const abort = () => void upload.abort();
      signal?.addEventListener("abort", abort, { once: true });
      await upload
        .done()
        .catch((error) => {
          signal?.throwIfAborted();
          failed(name)(error);
        })
        .finally(() => signal?.removeEventListener("abort", abort));
    },
    async writeNew(name, content) {
      const { s3, client } = await s3Library();
      const command = new s3.PutObjectCommand({ ...target(name), Body: content, IfNoneMatch: "*" });
      for (;;) {
        const status = await client.send(command).then(
          () => "written",
          (error) => statusOf(error) ?? failed(name)(error),
        );
        if (status === "written") return true;
        if (status === 412) return false; // there is one
        if (status !== 409) return failed(name)(new RangeError(`the store answers ${status}`));
        await sleep(BUSY_MS); // another is just being written
      }
    },
  };
  const journals = createS3Journals(where, store.write, flushMs);
  return store;
}
