import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function pythonProgram(release) {
  const folder = join(tmpdir(), `sam2js-${release}`);
  const [done, underWay] = ["installed", "installing"].map((name) => join(folder, name));
  mkdirSync(folder, { recursive: true });
  while (!existsSync(done)) {
    if (!claim(underWay)) {
      await sleep(200);
      continue;
    }
    try {
      if (!existsSync(done)) await install(folder, release);
      writeFileSync(done, "");
    } finally {
      rmSync(underWay, { force: true });
    }
  }
  return folder;
}

async function install(folder, release) {
  await run("python3", ["-m", "venv", folder]);
  // Most modules are never imported; Python compiles the others then.
  const how = ["--quiet", "--disable-pip-version-check", "--no-compile"];
  await run(join(folder, "bin", "pip"), ["install", ...how, release]);
}

/** Whether this process may go on alone; not while the one that is named in the file lives. */
function claim(file) {
  try {
    writeFileSync(file, `${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (!lives(file)) rmSync(file, { force: true });
  return false;
}

function lives(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // It is empty for the moment between its making and its writing.
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}
