import { existsSync, readFileSync } from "node:fs";
import { Sam2Error } from "@sam2js/core";
import { Command, CommanderError } from "commander";
import { ExitCode } from "./exit-code.js";
import { statusOf } from "./io/batch.js";
import type { ConsoleIo } from "./io/console-io.js";

type AddCommand = (program: Command, io: ConsoleIo, finish: (status: number) => void) => void;

/** Each command's code is loaded when it is asked for. */
const COMMANDS = new Map<string, () => Promise<AddCommand>>([
  ["segment", async () => (await import("./commands/segment.js")).segmentCommand],
  ["generate", async () => (await import("./commands/generate.js")).generateCommand],
  ["track", async () => (await import("./commands/track.js")).trackCommand],
  ["encode", async () => (await import("./commands/encode.js")).encodeCommand],
  ["serve", async () => (await import("./commands/serve.js")).serveCommand],
  ["cvat-agent", async () => (await import("./commands/cvat-agent.js")).cvatAgentCommand],
  ["batch", async () => (await import("./commands/batch.js")).batchCommand],
  ["worker", async () => (await import("./commands/worker.js")).workerCommand],
  ["info", async () => (await import("./commands/info.js")).infoCommand],
  ["convert", async () => (await import("./commands/convert.js")).convertCommand],
  ["labels", async () => (await import("./commands/labels.js")).labelsCommand],
  ["export", async () => (await import("./commands/export.js")).exportCommand],
  ["doctor", async () => (await import("./commands/doctor.js")).doctorCommand],
  ["verify", async () => (await import("./commands/verify.js")).verifyCommand],
]);

/** What the version is asked with. */
const VERSION = ["-V", "--version"];

const ABOUT = `Segment Anything 2 on the command line: no Python, published checkpoints as they are.`;

const GUIDE = `
Start with:
  $ sam2 segment photo.jpg --point 500,375     the object at a point
  $ sam2 generate photo.jpg --report           every object, with a page to look at
  $ sam2 serve                                 the same over HTTP
  $ sam2 doctor                                what works on this machine; begin here after an error
  $ sam2 help segment                          all about a command

The default model, nano, lies in the package and is good for a first look. For real work, and for videos:
  --model yonigozlan/EdgeTAM-hf                56 MB, Apache-2.0: for machines without a graphics card
  --model facebook/sam2.1-hiera-tiny           156 MB, Apache-2.0: more exact, eight times the work
  $ sam2 track clip.mp4 --point 420,310 --model yonigozlan/EdgeTAM-hf
                                               the object at a point, through a video

Exit status: 0 done, 1 something failed, 2 the command line or a file is not right,
3 some images failed and the others are done, 130 interrupted.
`;

/**
 * Runs the `sam2` command.
 *
 * @param args  what stands behind the program's name
 * @returns     the exit status; nothing is thrown
 */
export async function runProgram(args: readonly string[], io: ConsoleIo): Promise<number> {
  let status: number = ExitCode.ok;
  const finish = (value: number) => {
    status = value;
  };
  try {
    const program = await createProgram(args[0], io, finish);
    await program.parseAsync([...args], { from: "user" });
    return status;
  } catch (error) {
    if (isUnknownCommand(error) && existsSync(args[0] ?? "")) {
      io.note(
        `To segment ${args[0]}: sam2 segment ${args[0]} --point 500,375, or everything in it: sam2 generate ${args[0]}`,
      );
    }
    return conclude(error, args.includes("--debug"), io);
  }
}

/** @param name  the command that is asked for; of another word all are known, so that the nearest can be named */
async function createProgram(
  name: string | undefined,
  io: ConsoleIo,
  finish: (status: number) => void,
): Promise<Command> {
  const program = new Command("sam2");
  program
    .description(ABOUT)
    .version(versionOf(), VERSION.join(", "), "print the version")
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", GUIDE)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.note(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, "sam2: ")),
    })
    .showSuggestionAfterError()
    .showHelpAfterError("`sam2 help` lists the commands, `sam2 help COMMAND` the options of one.")
    .configureHelp({ helpWidth: 100 });
  const adds = await Promise.all(commandsFor(name).map((load) => load()));
  for (const add of adds) add(program, io, finish);
  const { commands } = program;
  for (const command of [...commands, ...commands.flatMap((each) => each.commands)])
    command.option("--debug", "show where an error comes from");
  return program;
}

function commandsFor(name = ""): (() => Promise<AddCommand>)[] {
  const asked = COMMANDS.get(name);
  if (asked) return [asked];
  return VERSION.includes(name) ? [] : [...COMMANDS.values()];
}

function isUnknownCommand(error: unknown): boolean {
  return error instanceof CommanderError && error.code === "commander.unknownCommand";
}

function conclude(error: unknown, isDebug: boolean, io: ConsoleIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (io.signal.aborted) return ExitCode.cancelled;
  const text = error instanceof Error ? error.message : String(error);
  io.note(`sam2: ${text}`);
  if (isDebug) io.note(error instanceof Error ? chain(error) : "");
  if (Sam2Error.isInstance(error)) return statusOf(error);
  if (!isDebug && !isOfSystem(error)) io.note("This is a mistake of the program; --debug shows where.");
  return ExitCode.failed;
}

/** The system refused something: no rights, no room, a folder that is gone. */
function isOfSystem(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === "string" && typeof syscall === "string";
}

function chain(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${chain(error.cause)}` : "";
  return `${error.stack}${cause}`;
}

function versionOf(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return manifest.version;
}
