import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";
import { errorCode } from "./store-error.js";

/** A process, as a lock or the name of an unfinished file tells it. */
export interface FileOwner {
  readonly pid: number;
  /** Where process ids mean the same processes: this run of one machine and, on Linux, this PID namespace. 12 hexadecimal digits. */
  readonly place: string;
}

let place: string | undefined;

/** This process. */
export function fileOwner(): FileOwner {
  place ??= createHash("sha256").update(describePlace()).digest("hex").slice(0, 12);
  return { pid: process.pid, place };
}

/**
 * Whether a process is known to have ended. Of another machine or container nothing can be known: two containers may both have a
 * process 1, and the same host name. Their files are judged by age.
 */
export function hasEnded({ pid, place }: FileOwner): boolean {
  return place === fileOwner().place && !isAlive(pid);
}

function describePlace(): string {
  if (process.platform === "linux") {
    try {
      const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
      return `${bootId} ${readlinkSync("/proc/self/ns/pid")}`;
    } catch {
      return randomUUID(); // no /proc: no other process can be told apart, so none is
    }
  }
  const cards = Object.values(os.networkInterfaces()).flatMap((card) => card?.map(({ mac }) => mac) ?? []);
  return JSON.stringify([os.hostname(), [...new Set(cards)].sort()]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Whether a process has ended and nobody has asked for its exit status yet: in containers without an init, nobody ever does. */
function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return /^ [ZX]/.test(text.slice(text.lastIndexOf(")") + 1)); // the name before may hold brackets
  } catch {
    return false;
  }
}
