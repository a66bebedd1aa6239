import { type Command, Option } from "commander";
import { DEFAULT_FORMATS, FORMATS, type Format, parseFormats } from "../outputs/formats.js";

export const DEFAULT_FOLDER = "out";

/** Where results go and as what. */
export interface OutputOptions {
  readonly out: string;
  readonly format: readonly Format[];
  readonly json?: boolean | undefined;
}

export function addOutputOptions(command: Command): Command {
  let isGiven = false;
  return command
    .option("-o, --out <folder>", "where results are written", DEFAULT_FOLDER)
    .addOption(
      new Option(
        "-f, --format <names>",
        `what to write: ${FORMATS.join(", ")}; several with commas or by repeating the option`,
      )
        .default(DEFAULT_FORMATS, DEFAULT_FORMATS.join(","))
        .argParser((text: string, before: readonly Format[]) => {
          const formats = [...new Set([...(isGiven ? before : []), ...parseFormats(text, FORMATS)])];
          isGiven = true;
          return formats;
        }),
    )
    .option("--json", "print results as JSON");
}
