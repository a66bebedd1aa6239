import type { Dtype } from "@sam2js/core";
import { type Command, Option } from "commander";
import { DEFAULT_MODEL } from "../model/resolve-model.js";
import { wholeNumber } from "./numbers.js";

const DTYPES: readonly Dtype[] = ["fp32", "fp16", "q8"];
const DEVICES = ["auto", "cpu", "webgpu", "cuda", "coreml", "dml"];

/** Which model, and where it comes from. */
export function addSourceOptions(command: Command): Command {
  return command
    .option("--revision <name>", "branch, tag or commit of a model on the Hub")
    .option("--offline", "use what is in the cache, fetch nothing");
}

/** How a model runs. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option("--device <name>", "where to compute").choices(DEVICES).default("auto"))
    .addOption(
      new Option(
        "--dtype <name>",
        "type the image encoder computes in: q8 is faster on processors and less exact, fp16 is for graphics devices",
      )
        .choices(DTYPES)
        .default("fp32"),
    )
    .option(
      "--threads <n>",
      "threads of the engine (default: the physical cores)",
      wholeNumber("--threads", 1),
    )
    .option(
      "--image-size <n>",
      "side of the model's input in pixels; smaller is faster and less exact (default: the model's own, 1024 for published ones)",
      wholeNumber("--image-size", 32),
    );
}

/** `--model`, and everything about it. */
export function addModelOptions(command: Command): Command {
  command.option(
    "-m, --model <model>",
    "nano, a Hub id such as facebook/sam2.1-hiera-tiny, a folder, or a URL",
    DEFAULT_MODEL,
  );
  return addRunOptions(addSourceOptions(command));
}
