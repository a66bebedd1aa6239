import { type Command, Option } from "commander";
import { wholeNumber } from "./numbers.js";

/** `--mask-label`. */
export function maskLabelOption(): Option {
  return new Option(
    "--mask-label <n>",
    "the one number of a label map, or index of a palette, that --mask means",
  ).argParser(wholeNumber("--mask-label", 0));
}

/** What is cleaned up in the masks of a model. */
export function addCleaningOptions(command: Command): Command {
  return command
    .option(
      "--max-hole-area <n>",
      "fill holes of at most n pixels of the model's masks, which are a quarter of its input wide",
      wholeNumber("--max-hole-area", 0),
      0,
    )
    .option(
      "--max-sprinkle-area <n>",
      "drop specks of at most n such pixels",
      wholeNumber("--max-sprinkle-area", 0),
      0,
    );
}
