import { existsSync, readFileSync } from "node:fs";
import { messageOf, Sam2Error } from "@sam2js/core";
import { Command, CommanderError } from "commander";
import { ExitCode } from "./exit-code.js";
import { statusOf } from "./io/batch.js";
import type { ConsoleIo } from "./io/console-io.js";

type AddCommand = (program: Command, io: ConsoleIo, finish: (status: number) => void) => void;

/** What the list of commands says of each. */
const SUMMARIES = {
  segment: "segment what points, boxes or masks point at",
  generate: "segment everything in images",
  track: "follow objects through a video",
  encode: "encode pictures ahead, so that the first click on each is fast",
  serve: "answer over HTTP: embeddings, masks, everything in a picture",
  "cvat-agent": "work for CVAT Online or Enterprise: clicks, tracking, automatic annotation",
  batch: "segment very many images, on one machine or a fleet",
  worker: "do the work that sam2 batch --queue hands out",
  info: "describe a model",
  convert: "write a model as a folder in the layout of transformers",
  labels: "write labels of a data set in another format",
  export: "write a model as ONNX files for other programs",
  doctor: "say what works on this machine",
  verify: "compare a published model with its publishers' figures",
};

/** Each command's code, which is loaded when it is asked for. */
const COMMANDS: Readonly<Record<keyof typeof SUMMARIES, () => Promise<AddCommand>>> = {
  segment: async () => (await import("./commands/segment.js")).segmentCommand,
  generate: async () => (await import("./commands/generate.js")).generateCommand,
  track: async () => (await import("./commands/track.js")).trackCommand,
  encode: async () => (await import("./commands/encode.js")).encodeCommand,
  serve: async () => (await import("./commands/serve.js")).serveCommand,
  "cvat-agent": async () => (await import("./commands/cvat-agent.js")).cvatAgentCommand,
  batch: async () => (await import("./commands/batch.js")).batchCommand,
  worker: async () => (await import("./commands/worker.js")).workerCommand,
  info: async () => (await import("./commands/info.js")).infoCommand,
  convert: async () => (await import("./commands/convert.js")).convertCommand,
  labels: async () => (await import("./commands/labels.js")).labelsCommand,
  export: async () => (await import("./commands/export.js")).exportCommand,
  doctor: async () => (await import("./commands/doctor.js")).doctorCommand,
  verify: async () => (await import("./commands/verify.js")).verifyCommand,
};

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
    const program = await createProgram(askedFor(args), io, finish);
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

/** The code of the command that is asked for, or asked about. */
function askedFor(args: readonly string[]): (() => Promise<AddCommand>) | undefined {
  const [first = "", second = ""] = args.filter((arg) => arg !== "--");
  return new Map(Object.entries(COMMANDS)).get(first === "help" ? second : first);
}

/** @param asked  without it the program knows its commands by name only, to list them and to find the one that was meant */
async function createProgram(
  asked: (() => Promise<AddCommand>) | undefined,
  io: ConsoleIo,
  finish: (status: number) => void,
): Promise<Command> {
  const program = new Command("sam2");
  program
    .description(ABOUT)
    .version(versionOf(), "-V, --version", "print the version")
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
  if (!asked) {
    for (const [name, summary] of Object.entries(SUMMARIES)) program.command(name).summary(summary);
    return program;
  }
  (await asked())(program, io, finish);
  for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
    command.option("--debug", "show where an error comes from");
  return program;
}

function isUnknownCommand(error: unknown): boolean {
  return error instanceof CommanderError && error.code === "commander.unknownCommand";
}

function conclude(error: unknown, isDebug: boolean, io: ConsoleIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (io.signal.aborted) return ExitCode.cancelled;
  const text = messageOf(error);
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
