import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { photo } from "../../__fixtures__/start.js";
import { StandInCvat, TOKEN, until } from "../__fixtures__/cvat-server.js";

const PROGRAM = fileURLToPath(new URL("../__fixtures__/agent-process.mjs", import.meta.url));

async function start(cvat: StandInCvat, id: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, cvat.address, TOKEN, `${id}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (more) => (text += more));
  await until(
    () => text.includes("at work") || child.exitCode !== null,
    () => text,
  );
  return child;
}

it("leaves work that another agent takes up when it is killed, and ends with 0 when it is told to stop", async () => {
  const cvat = await StandInCvat.start();
  cvat.tasks.set(1, {
    frames: Array.from({ length: 3 }, () => photo("groceries.jpg")),
    labels: [{ id: 3, name: "thing", type: "any" }],
  });
  const detector = cvat.addFunction({
    provider: "native",
    kind: "detector",
    labels_v2: [{ name: "object" }],
  });
  const params = {
    type: "annotate_task",
    task: 1,
    mapping: { object: { name: "thing" } },
    threshold: 0.9,
    conv_mask_to_poly: false,
  };
  const first = await start(cvat, detector);
  const batch = cvat.ask("batch", params, detector);
  await until(
    () => batch.progress.some((share) => share > 0),
    () => batch.status,
  );
  first.kill("SIGKILL");
  await once(first, "exit");
  expect(batch.status).toBe("running");
  cvat.giveBack(); // as CVAT does after a while
  const second = await start(cvat, detector);
  await cvat.ended(batch);
  expect(new Set(batch.result.annotations.shapes.map(({ frame }: { frame: number }) => frame))).toEqual(
    new Set([0, 1, 2]),
  );
  const another = cvat.ask("batch", { ...params, type: "annotate_frame", frame: 1 }, detector);
  await until(
    () => another.status === "running",
    () => another.status,
  );
  second.kill("SIGTERM");
  const [status] = await once(second, "exit");
  expect([status, another.status]).toEqual([0, "completed"]);
});
