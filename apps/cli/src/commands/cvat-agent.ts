import { type DetectorMode, type FunctionKind, runCvatAgent } from "@sam2js/server";
import { type Command, Option } from "commander";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addModelOptions } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";

interface CvatAgentCommandOptions extends ModelCommandOptions {
  readonly server: string;
  readonly token?: string;
  readonly organization?: string;
  readonly function?: readonly number[];
  readonly create?: readonly FunctionKind[];
  readonly name?: string;
  readonly public?: boolean;
  readonly detect: DetectorMode;
  readonly label: string;
  readonly embeddings?: string;
  readonly quiet?: boolean;
}

const EXAMPLES = `
A personal access token of CVAT is taken from CVAT_ACCESS_TOKEN. Nothing listens: the agent asks CVAT
for requests, so it may run behind a firewall. Several agents may work for one function.

Examples:
  $ export CVAT_ACCESS_TOKEN=...
  $ sam2 cvat-agent --create interactor tracker --model facebook/sam2.1-hiera-tiny
        registers two functions, prints their ids, and works for them
  $ sam2 cvat-agent --function 12 13 --model facebook/sam2.1-hiera-tiny
        from then on
  $ sam2 cvat-agent --create detector --detect boxes --label object
        automatic annotation: rectangles that were drawn become masks

Ctrl-C and SIGTERM let requests under way end.
`;

/** `sam2 cvat-agent`: a model as functions of CVAT Online and Enterprise. */
export function cvatAgentCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("cvat-agent")
    .description("Works for CVAT Online or Enterprise: clicks, tracking, automatic annotation.")
    .option("--server <url>", "address of CVAT", "https://app.cvat.ai")
    .option("--token <token>", "personal access token; better in CVAT_ACCESS_TOKEN")
    .option("--organization <name>", "short name of the organization whose functions these are")
    .option("--function <id...>", "functions that are registered already", (text, before: number[] = []) => [
      ...before,
      wholeNumber("--function", 1)(text),
    ])
    .addOption(
      new Option("--create <kind...>", "functions to register first")
        .choices(["interactor", "tracker", "detector"])
        .default(undefined),
    )
    .option("--name <text>", "what people choose new functions by (default: SAM 2, kind and model)")
    .option("--public", "new functions are for all users of the server")
    .addOption(
      new Option("--detect <what>", "what detectors look for: everything, or what is in drawn rectangles")
        .choices(["everything", "boxes"])
        .default("everything"),
    )
    .option("--label <name>", "what a new detector calls its objects; people map it to a label", "object")
    .option("--embeddings <folder>", "keep embeddings there (default: in memory alone)")
    .option("--quiet", "no logs");
  addModelOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (options: CvatAgentCommandOptions) => {
      await work(options, io);
      finish(ExitCode.ok);
    });
}

async function work(options: CvatAgentCommandOptions, io: ConsoleIo): Promise<void> {
  const { server, organization, name, detect, label, embeddings, quiet, device, threads } = options;
  const { model, revision, offline, dtype, imageSize } = options;
  io.note(`loading ${model} for ${server}`);
  await runCvatAgent({
    server,
    token: options.token ?? process.env.CVAT_ACCESS_TOKEN ?? "",
    organization,
    functions: options.function,
    create: options.create?.map((kind) => ({
      kind,
      name,
      visibility: options.public ? "public" : "private",
    })),
    model: { name: model, revision, offline, dtype, imageSize },
    embeddings,
    detect,
    label,
    runtime: { device, threads },
    log: quiet ? undefined : (line) => io.note(`${new Date().toISOString()} ${line}`),
    onReady: (functions) => {
      for (const { id, kind, isNew } of functions) if (isNew) io.out(`function ${id}: ${kind}, created`);
      io.note(`at work for ${functions.map(({ id, kind }) => `${kind} ${id}`).join(", ")}; Ctrl-C stops`);
    },
    signal: io.signal,
  });
  io.note("stopped");
}
