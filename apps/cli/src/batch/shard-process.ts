import { once } from "node:events";
import {
  type BatchEngine,
  type BatchPlan,
  type BatchStore,
  openStore,
  planDigest,
  readPlan,
  runShard,
} from "@sam2js/batch";
import { messageOf, NotFoundError, Sam2Error } from "@sam2js/core";
import { type ConsoleIo, SILENT } from "../io/console-io.js";
import type { ProcessOptions, ShardNews, ShardOrder } from "./shard-messages.js";
import { withEngine } from "./with-engine.js";

/** A process of its own does shards, so that a picture that ends it ends nothing else. It is started by `ShardRunner`. */
const { out, worker, plan: digest }: ProcessOptions = JSON.parse(process.argv[2] ?? "{}");
const controller = new AbortController();
const orders: ShardOrder[] = [];

// A terminal tells the whole group; the parent says what becomes of us.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(1));
process.on("message", (order: ShardOrder) => {
  if (order.kind === "abort") controller.abort(new DOMException("interrupted", "AbortError"));
  orders.push(order);
});

const tell = (news: ShardNews): void => void process.send?.(news);
const io: ConsoleIo = {
  ...SILENT,
  note: (text) => tell({ kind: "note", text }),
  signal: controller.signal,
};

try {
  const store = await openStore(out);
  const plan = await readPlan(store);
  if (!plan) throw NotFoundError.expected(out, "a planned batch", "none", "plan it with sam2 batch");
  if (digest !== undefined && planDigest(plan) !== digest) {
    throw NotFoundError.expected(out, `the batch ${digest}`, planDigest(plan), "put it into the queue again");
  }
  await withEngine(store, plan, worker, io, (engine) => obey(store, plan, engine));
} catch (error) {
  fail(error);
}
process.disconnect();

async function obey(store: BatchStore, plan: BatchPlan, engine: BatchEngine): Promise<void> {
  for (;;) {
    const order = orders.shift();
    if (order === undefined) await once(process, "message");
    else if (order.kind !== "run") return;
    else {
      const { shard, isFresh, isCareful, rate } = order;
      await runShard(store, plan, shard, engine, {
        isFresh,
        isCareful,
        rate,
        givenUp: new Map(order.givenUp),
        signal: controller.signal,
        onEntry: (event) => tell({ kind: "entry", event }),
      }).then((report) => tell({ kind: "report", report }), fail);
    }
  }
}

function fail(error: unknown): void {
  const code = Sam2Error.isInstance(error) ? error.code : "UNEXPECTED";
  tell({ kind: "failed", error: { code, message: messageOf(error) } });
}
