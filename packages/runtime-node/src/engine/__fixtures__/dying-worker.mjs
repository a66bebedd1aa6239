// A worker that ends at its first call, as one does that is out of memory. Its settings say how.
import { parentPort } from "node:worker_threads";

parentPort?.on("message", ({ argument }) => {
  if (argument?.logLevel === "fatal") process.exit(3);
  throw new RangeError("no more");
});
