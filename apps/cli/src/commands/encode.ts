import {
  EmbeddingFolder,
  type EncodedFile,
  encodePrepared,
  identifyPicture,
  type PreparedPicture,
  preparePicture,
  storeEncoded,
} from "@sam2js/embedding-store";
import { PRECISIONS, type Precision } from "@sam2js/embeddings";
import { type Command, Option } from "commander";
import { Ahead } from "../io/ahead.js";
import { concludeBatch, eachImage } from "../io/batch.js";
import { Behind } from "../io/behind.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { expandInputs, type ImageInput } from "../io/expand-inputs.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { createProgress } from "../io/progress.js";
import { type LoadedModel, type ModelCommandOptions, withModel } from "../model/with-model.js";
import { addModelOptions } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";

interface EncodeCommandOptions extends ModelCommandOptions {
  readonly out: string;
  readonly precision: Precision;
  readonly maxBytes?: number;
  readonly json?: boolean;
}

/** What became of one image. */
interface Encoded {
  readonly image: string;
  readonly id: string;
  /** Whether it was in the folder already. */
  readonly wasThere: boolean;
}

const EXAMPLES = `
Pictures whose embeddings are in the folder are left out, by content. So a run that was interrupted or
killed goes on where it ended, and several runs may fill one folder. Use the model and --image-size here
that will answer the clicks. The model's decoder is kept in the folder, too: dropped on the web app
together with the photos, the folder is all that clicks on them need.

Examples:
  $ sam2 encode photos --out embeddings --model facebook/sam2.1-hiera-tiny
  $ sam2 serve --embeddings embeddings --model facebook/sam2.1-hiera-tiny
        the first click on each of these photos takes no longer than the second
`;

/** `sam2 encode`: pictures become embeddings in a folder. */
export function encodeCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("encode")
    .description("Encodes pictures ahead, so that the first click on each takes no longer than the next.")
    .argument("<images...>", "files, folders, patterns or URLs")
    .requiredOption("-o, --out <folder>", "where embeddings are kept")
    .addOption(
      new Option("--precision <name>", "f32 is exact; f16 takes half of it, q8 a quarter")
        .choices([...PRECISIONS])
        .default("f16"),
    )
    .option(
      "--max-bytes <n>",
      "at most so many bytes in the folder: embeddings that were not used for longest are deleted",
      wholeNumber("--max-bytes", 1),
    )
    .option("--resume", "go on where a run ended; it always does")
    .option("--json", "print results as JSON");
  addModelOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (images: string[], options: EncodeCommandOptions) => {
      finish(await encode(images, options, io));
    });
}

async function encode(
  args: readonly string[],
  options: EncodeCommandOptions,
  io: ConsoleIo,
): Promise<number> {
  await checkOutFolder(options.out);
  const { inputs, failures: missing, leftOut } = await expandInputs(args);
  noteLeftOut(leftOut, io);
  const folder = await EmbeddingFolder.open(options.out, { maxBytes: options.maxBytes });
  const done: Encoded[] = [];
  const started = performance.now();
  const work = async (loaded: LoadedModel) => {
    await folder.keepDecoder(loaded, io.signal);
    const progress = createProgress(io, "images");
    const encoded = await encodedInOrder(inputs, loaded, folder, io.signal);
    const writes = new Behind(MAX_WRITES);
    try {
      const failures = await eachImage(inputs, io, async (input, index) => {
        progress.onProgress({ phase: "encode", done: index, total: inputs.length, unit: "items" });
        const picture = await encoded.take(index);
        const wasThere = typeof picture === "string";
        if (!wasThere) {
          await writes.add(() =>
            storeEncoded(picture, folder, options.precision).finally(() => picture.embeddings.dispose()),
          );
        }
        done.push({ image: input.shown, id: wasThere ? picture : picture.id, wasThere });
      });
      await writes.end();
      return failures;
    } finally {
      await writes.end().catch(() => undefined);
      progress.stop();
    }
  };
  // Several engines load sessions of their own; the plain one, and those of clicks, would lie there unused.
  const failed = inputs.length === 0 ? [] : await withModel({ ...options, warmUp: false }, io, work);
  report(done, options, performance.now() - started, io);
  return concludeBatch([...missing, ...failed], inputs.length + missing.length, io);
}

/** So many pictures are read, decoded and resized ahead: one of them waits, while others are at different steps. */
const PREPARED_AHEAD = 3;
/**
 * Models of more bytes have all threads for one picture: they take so long for it that decoding and resizing count for little, and another gigabyte for
 * each picture that is encoded at the same time.
 */
const MOST_BYTES_SIDE_BY_SIDE = 100e6;
/** So many embeddings are written at the same time. */
const MAX_WRITES = 4;

/**
 * The pictures in order, encoded; of those that are in the folder the id alone. Small models encode several side by side: threads that share a run all wait
 * when one of them has to give its core to the decoding and resizing here.
 */
async function encodedInOrder(
  inputs: readonly ImageInput[],
  loaded: LoadedModel,
  folder: EmbeddingFolder,
  signal: AbortSignal,
): Promise<Ahead<EncodedFile | string>> {
  const { model } = loaded;
  const { sideBySideRuns = 1 } = await model.runtime.capabilities();
  const sideBySide = inputs.length > 1 && model.weightBytes <= MOST_BYTES_SIDE_BY_SIDE;
  const options = { signal, onHost: true, sideBySide };
  const seen = new Map<string, Promise<undefined>>();
  const prepared = new Ahead(inputs.length, PREPARED_AHEAD, (index) =>
    prepare(inputs[index] as ImageInput, { loaded, folder, seen, signal }),
  );
  // One more than run at the same time: an engine has the next picture at hand when it is done with one, whatever this thread does at that moment.
  return new Ahead(inputs.length, sideBySide ? sideBySideRuns : 1, async (index) => {
    const picture = await prepared.take(index);
    return typeof picture === "string" ? picture : encodePrepared(loaded, picture, options);
  });
}

/** @param seen  pictures that were begun with, by their ids  @returns the id alone where the folder has it, or will have it */
async function prepare(
  { path }: ImageInput,
  {
    loaded,
    folder,
    seen,
    signal,
  }: {
    readonly loaded: LoadedModel;
    readonly folder: EmbeddingFolder;
    readonly seen: Map<string, Promise<undefined>>;
    readonly signal: AbortSignal;
  },
): Promise<PreparedPicture | string> {
  const file = await loaded.model.runtime.readImageBytes(path, { signal });
  const { id } = await identifyPicture(file, loaded.model);
  const first = seen.get(id);
  if (first) return first.then(() => id); // what is wrong with one is wrong with both
  const make = async () => ((await folder.has(id)) ? id : preparePicture(loaded, file, signal));
  const prepared = make();
  const done = prepared.then(() => undefined);
  done.catch(() => undefined); // told by `prepared`
  seen.set(id, done);
  return prepared;
}

function report(
  done: readonly Encoded[],
  { out, model, json }: EncodeCommandOptions,
  elapsedMs: number,
  io: ConsoleIo,
): void {
  if (json) {
    io.out(JSON.stringify({ model, folder: out, images: done }, undefined, 2));
    return;
  }
  const made = done.filter(({ wasThere }) => !wasThere).length;
  const seconds = elapsedMs / 1000;
  const rate = made > 0 ? `, ${(made / seconds).toFixed(2)} a second` : "";
  io.out(
    `${made} encoded into ${out}, ${done.length - made} were there already, ${seconds.toFixed(1)} s${rate}`,
  );
}
