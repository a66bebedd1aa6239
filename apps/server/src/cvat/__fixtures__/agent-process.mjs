// An agent as a process of its own, so that it can be killed. Arguments: address of CVAT, token, id of a function.
import { runCvatAgent } from "@sam2js/server";

const [server, token, id] = process.argv.slice(2);
const controller = new AbortController();
process.once("SIGTERM", () => controller.abort());
await runCvatAgent({
  server,
  token,
  functions: [Number(id)],
  model: { name: "nano", imageSize: 256 },
  timing: { retryMs: 50, updateMs: 50 },
  signal: controller.signal,
  log: (line) => console.log(line),
  onReady: () => console.log("at work"),
});
