import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { fileOwner, hasEnded } from "./file-owner.js";

const { place } = fileOwner();

it("knows processes that run, that have ended, and those of other machines", async () => {
  expect(hasEnded({ pid: process.pid, place })).toBe(false);
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  expect(hasEnded({ pid: child.pid ?? 0, place })).toBe(true);
  expect(hasEnded({ pid: child.pid ?? 0, place: "0".repeat(12) })).toBe(false);
});

it.runIf(process.platform === "linux")("knows that a zombie has ended", async () => {
  // A shell that becomes `sleep` never asks for the status of the child that it began.
  const parent = spawn("sh", ["-c", "sh -c 'echo $$' & exec sleep 30"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line));
  await expect.poll(() => hasEnded({ pid, place })).toBe(true);
  expect(() => process.kill(pid, 0)).not.toThrow();
  parent.kill("SIGKILL");
});
