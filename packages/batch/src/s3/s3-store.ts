import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { FileContent } from "@sam2js/runtime-node";
import type { BatchStore } from "../store/batch-store.js";
import { readS3 } from "./read-s3.js";
import { parseS3 } from "./s3-address.js";
import { isMissing, s3Error, s3Library, statusOf } from "./s3-client.js";

/** Parts of a large object; 10,000 of them are allowed, which is 160 GB. */
const PART_BYTES = 16 << 20;
/** Between looks at an object that another is writing. */
const BUSY_MS = 200;

/**
 * A batch under a prefix of a bucket: `s3://bucket/results`. Objects appear as a whole or not at all, and nothing is looked for in listings. There are no
 * journals: a shard that was interrupted begins anew.
 */
export function createS3Store(where: string): BatchStore {
  const { bucket, key } = parseS3(where.replace(/\/+$/, ""));
  const target = (name: string) => ({ Bucket: bucket, Key: key === "" ? name : `${key}/${name}` });
  const address = (name: string) => `s3://${bucket}/${target(name).Key}`;
  const failed = (name: string) => (error: unknown) => {
    throw s3Error(error, address(name));
  };
  return {
    where: where.replace(/\/+$/, ""),
    read: (name, range) => readS3(address(name), range),
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
}
