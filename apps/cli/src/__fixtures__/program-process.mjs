// Runs commands of the built program one after the other, without loading everything anew for each.
import { runProgram } from "../../dist/program.js";

const folder = process.cwd();

process.on("message", async ({ args, cwd = folder, env, stdin }) => {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  let [stdout, stderr] = ["", ""];
  const io = {
    out: (line) => {
      stdout += `${line}\n`;
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
    isInteractive: false,
    readStdin: async () => stdin,
    signal: new AbortController().signal,
  };
  const status = await runProgram(args, io);
  process.send({ status, stdout, stderr });
});
process.on("disconnect", () => process.exit());
