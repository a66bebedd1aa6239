// A worker that ends at its first call, as one does that is out of memory. What workerData says is how.
import { parentPort, workerData } from "node:worker_threads";

parentPort?.on("message", () => {
  if (workerData.logLevel === "fatal") process.exit(3);
  throw new RangeError("no more");
});
