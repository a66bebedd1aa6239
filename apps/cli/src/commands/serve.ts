import { InputError } from "@sam2js/core";
import { NANO_GENERATION } from "@sam2js/nano";
import { type BatchesOptions, type BatchWork, createServer, LIMITS, type ServerLimits } from "@sam2js/server";
import type { Command } from "commander";
import { resolveOut } from "../batch/open-store.js";
import { toBatchSettings } from "../batch/to-batch-settings.js";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { interruption } from "../io/interruption.js";
import { listening } from "../io/listening.js";
import { DEFAULT_MODEL } from "../model/resolve-model.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addRunOptions, addSourceOptions } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";

interface ServeCommandOptions extends Omit<ModelCommandOptions, "model">, Partial<ServerLimits> {
  readonly model: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly token?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly labelStudio?: string;
  readonly labelStudioToken?: string;
  readonly mediaOrigin?: readonly string[];
  readonly embeddings?: string;
  readonly maxFolderBytes?: number;
  readonly maxAgeHours?: number;
  readonly queue?: string;
  readonly batches?: string;
  readonly batchSource?: string;
  readonly web?: string;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  $ sam2 serve
        nano on http://127.0.0.1:8000, for this machine; its start page tells what there is
  $ SAM2_TOKENS=$(openssl rand -hex 32) sam2 serve --host 0.0.0.0 --model facebook/sam2.1-hiera-tiny
        for other machines, which have to send the token
  $ curl -s -F image=@photo.jpg -F 'request={"objects":[{"points":[[500,375]]}]}' http://127.0.0.1:8000/v1/segment
        the object at a point
  $ sam2 serve --label-studio http://localhost:8080
        the machine learning backend of Label Studio: connect http://localhost:8000 there
  $ sam2 serve --queue redis://host:6379 --batches /shared/batches --batch-source /shared/photos
        POST /v1/batches hands many pictures to those who run sam2 worker --queue redis://host:6379

Ctrl-C and SIGTERM let work under way end. Logs are lines of JSON on stdout.
`;

/** `sam2 serve`: the models over HTTP. */
export function serveCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("serve")
    .description("Answers over HTTP: embeddings, masks of prompts, everything in a picture, videos.")
    .option("-m, --model <model...>", "models, the default first: nano, Hub ids, folders or URLs", ["nano"])
    .option("--host <address>", "address to listen on; any but this machine's own needs a token", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0 takes a free one", wholeNumber("--port", 0), 8000)
    .option(
      "--token <token...>",
      "who may ask, one token for each tenant; better in SAM2_TOKENS, with commas",
    )
    .option("--allow-origin <origin...>", "pages elsewhere that may ask, such as https://labels.example.org")
    .option(
      "--embeddings <folder>",
      "keep embeddings there, and take those of sam2 encode from there (default: in memory alone)",
    )
    .option(
      "--max-folder-bytes <n>",
      "at most so many bytes in that folder: embeddings that were not used for longest are deleted",
      wholeNumber("--max-folder-bytes", 1),
    )
    .option(
      "--max-age-hours <n>",
      "delete from it what was not used for so many hours",
      wholeNumber("--max-age-hours", 1),
    )
    .option("--label-studio <url>", "be the machine learning backend of the Label Studio there")
    .option(
      "--label-studio-token <token>",
      "a personal access token of it; better in LABEL_STUDIO_API_KEY; needed where it has no legacy tokens",
    )
    .option(
      "--media-origin <origin...>",
      "other hosts that its pictures may come from, such as https://images.example.org",
    )
    .option("--queue <url>", "let sam2 worker do batches and whole videos: redis://host:6379")
    .option("--batches <folder>", "with --queue: where batches are kept, by a path of all workers or s3://")
    .option(
      "--batch-source <folder>",
      "with --queue: where their pictures and videos lie; {tenant} in it stands for who asks",
    )
    .option("--web <folder>", "the built web app, to serve at /app/")
    .option("--quiet", "no logs");
  addRunOptions(addSourceOptions(command));
  for (const [name, { what, reason, byDefault }] of Object.entries(LIMITS)) {
    const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const help = `${what} (default: ${byDefault}: ${reason})`;
    command.option(`${option} <n>`, help, wholeNumber(option, 1));
  }
  command.addHelpText("after", EXAMPLES).action(async (options: ServeCommandOptions) => {
    await serve(options, io);
    finish(ExitCode.ok);
  });
}

async function serve(options: ServeCommandOptions, io: ConsoleIo): Promise<void> {
  const { model, host, port, token, allowOrigin, revision, offline, dtype, imageSize } = options;
  const { device, threads, quiet, embeddings, maxFolderBytes, maxAgeHours } = options;
  const { labelStudio, mediaOrigin } = options;
  const studioToken = options.labelStudioToken ?? process.env.LABEL_STUDIO_API_KEY;
  const tokens = token ?? process.env.SAM2_TOKENS?.split(",").filter(Boolean) ?? [];
  const limits = Object.fromEntries(
    (Object.keys(LIMITS) as (keyof ServerLimits)[]).map((name) => [name, options[name]]),
  );
  await using server = await createServer({
    ...limits,
    models: model.map((name) => ({ name, revision, offline, dtype, imageSize })),
    host,
    port,
    tokens,
    allowOrigins: allowOrigin,
    labelStudio:
      labelStudio === undefined
        ? undefined
        : { url: labelStudio, token: studioToken, mediaOrigins: mediaOrigin },
    openVideo: async (path, { signal }) => {
      const { videoFrames } = await import("../track/video-frames.js");
      return videoFrames(path, signal);
    },
    batches: batchesOf(options),
    webApp: options.web,
    embeddings,
    keep: { maxBytes: maxFolderBytes, maxAgeMs: maxAgeHours && maxAgeHours * 3_600_000 },
    runtime: { device, threads },
    logger: !quiet,
  });
  const address = await listening(server.listen(), "--port", `${host}:${port}`);
  io.note(`listening on ${address}, loading ${model.join(", ")}`);
  await server.services.engines.ready;
  io.note("ready; Ctrl-C stops");
  await interruption(io.signal);
  io.note("stopping: work under way ends first");
}

/** @throws {InputError} a part of it is missing */
function batchesOf({ queue, batches, batchSource }: ServeCommandOptions): BatchesOptions | undefined {
  const given = [queue, batches, batchSource];
  if (given.every((each) => each === undefined)) return undefined;
  if (queue === undefined || batches === undefined || batchSource === undefined) {
    const got = `${given.filter((each) => each !== undefined).length} of them`;
    throw InputError.expected("serve", "--queue, --batches and --batch-source together", got);
  }
  const [out, source] = [resolveOut(batches), resolveOut(batchSource)];
  return { queue, out, source, settingsOf: (work) => toBatchSettings(usual(work)) };
}

/** As `sam2 batch` generates with nano, unless the request says otherwise. */
function usual(work: BatchWork): BatchWork {
  const { model, generation } = work;
  return model.name === DEFAULT_MODEL ? { ...work, generation: { ...NANO_GENERATION, ...generation } } : work;
}
