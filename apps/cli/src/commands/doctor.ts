import { availableParallelism, cpus, totalmem } from "node:os";
import { NANO_WORK, suggestModel } from "@sam2js/checkpoint";
import { messageOf } from "@sam2js/core";
import { createNodeRuntime, type NodeDevice } from "@sam2js/runtime-node";
import { type Command, Option } from "commander";
import type { Check } from "../doctor/check.js";
import { checkCache } from "../doctor/check-cache.js";
import { checkImages } from "../doctor/check-images.js";
import { type DeviceProbe, probeDevice, probeHere } from "../doctor/probe-device.js";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { megabytes } from "../io/progress.js";
import { table } from "../outputs/table.js";

const DEVICES: readonly NodeDevice[] = ["cpu", "webgpu", "cuda", "coreml", "dml"];
const NEEDED_NODE = 20;
/** Scores of a device that computes rightly differ from the CPU's by less than this. */
const SCORE_TOLERANCE = 0.01;

/** `sam2 doctor`: what works on this machine. */
export function doctorCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  program
    .command("doctor")
    .description(
      "Tries everything that segmenting needs on this machine: engine, devices, images, model cache.",
    )
    .option("--json", "print as JSON")
    .addOption(new Option("--probe <device>").choices(DEVICES).hideHelp())
    .action(async ({ json, probe }: { json?: boolean; probe?: NodeDevice }) => {
      if (probe) io.out(JSON.stringify(await probeHere(probe, io)));
      else finish(await doctor(json === true, io));
    });
}

async function doctor(isJson: boolean, io: ConsoleIo): Promise<number> {
  const runtime = createNodeRuntime();
  try {
    const probes: DeviceProbe[] = [];
    for (const device of DEVICES) probes.push(await probeDevice(device, io));
    const checks = [
      ...checkMachine(),
      ...checkDevices(probes),
      ...(await guarded("read images", () => checkImages(runtime))),
      ...(await guarded("model cache", () => checkCache(runtime.store, io.signal))),
    ];
    const works = probes.some((probe) => probe.works);
    if (isJson) {
      io.out(JSON.stringify({ works, checks, devices: probes }, undefined, 2));
    } else {
      const marks = { ok: "ok", missing: "--", info: "  " };
      const rows = checks.map(({ name, state, detail }) => [marks[state], name, detail]);
      for (const line of table(rows)) io.out(line);
      io.out(
        works
          ? `\nsam2 works on this machine.\n${suggestion(probes)}`
          : "\nsam2 does not work on this machine: no device could run the model.",
      );
    }
    return works ? ExitCode.ok : ExitCode.failed;
  } finally {
    await runtime.dispose();
  }
}

/** The model for real work here, with what somebody wants to know before a download. */
function suggestion(probes: readonly DeviceProbe[]): string {
  const working = probes.filter((probe) => probe.works);
  const graphics = working.find(({ device }) => device !== "cpu");
  const { id, megabytes, licence, work } = suggestModel(graphics !== undefined);
  const encodeMs = (graphics ?? working[0])?.times.encodeMs;
  const time =
    encodeMs === undefined
      ? ""
      : `, about ${((encodeMs * work) / NANO_WORK / 1000).toPrecision(1)} s an image here`;
  return `For real work: --model ${id} (${megabytes} MB, ${licence}${time})`;
}

function checkMachine(): Check[] {
  const version = process.versions.node;
  const isNew = Number.parseInt(version, 10) >= NEEDED_NODE;
  const processors = cpus();
  return [
    {
      name: "Node",
      state: isNew ? "ok" : "missing",
      detail: `${version}${isNew ? "" : `; ${NEEDED_NODE} or newer is needed`}, ${process.platform} ${process.arch}`,
    },
    {
      name: "machine",
      state: "info",
      detail: `${processors[0]?.model.trim() || "unknown processor"}, ${availableParallelism()} of ${processors.length} processors usable, ${megabytes(totalmem())} memory`,
    },
  ];
}

function checkDevices(probes: readonly DeviceProbe[]): Check[] {
  const cpu = probes.find(({ device, works }) => device === "cpu" && works);
  const reference = cpu?.works ? cpu.times.scores : undefined;
  return probes.map((probe): Check => {
    if (!probe.works)
      return { name: probe.device, state: probe.device === "cpu" ? "missing" : "info", detail: probe.reason };
    const { engine, threads, loadMs, encodeMs, clickMs, scores } = probe.times;
    const isRight =
      !reference || scores.every((score, i) => Math.abs(score - (reference[i] ?? 0)) < SCORE_TOLERANCE);
    const detail = `${engine}${probe.device === "cpu" ? `, ${threads} threads` : ""}: nano loads in ${loadMs} ms, encodes in ${encodeMs} ms, answers a click in ${clickMs} ms`;
    return isRight
      ? { name: probe.device, state: "ok", detail }
      : {
          name: probe.device,
          state: "missing",
          detail: `computes other results than the CPU; do not use it (${detail})`,
        };
  });
}

/** A check that fails is a finding, not the end of the doctor. */
async function guarded(name: string, check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    return [{ name, state: "missing", detail: messageOf(error) }];
  }
}
