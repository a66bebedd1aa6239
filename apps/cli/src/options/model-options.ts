import type { Dtype } from "@sam2js/core";
import { type Command, Option } from "commander";
import { DEFAULT_MODEL } from "../model/resolve-model.js";
import { wholeNumber } from "./numbers.js";

const DTYPES: readonly Dtype[] = ["fp32", "fp16", "q8"];
const DEVICES = ["auto", "cpu", "webgpu", "cuda", "coreml", "dml"];

/** What a model may be, for the help of commands. */
export const MODEL =
  "nano, an id on the Hub such as facebook/sam2.1-hiera-tiny, a folder, a .safetensors or .pt file, or a URL";

/** Which model, and where it comes from. */
export function addSourceOptions(command: Command): Command {
  return command
    .option("--revision <name>", "branch, tag or commit of a model on the Hub")
    .option("--offline", "use what is in the cache, fetch nothing");
}

/** The same for commands with one model. */
export function addOneSourceOptions(command: Command): Command {
  return addSourceOptions(command).option(
    "--config <file>",
    "config.json of the model; of a .pt file, the parts of it that its weights do not say",
  );
}

/** How a model runs. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(deviceOption())
    .addOption(
      new Option(
        "--dtype <name>",
        "type the image encoder computes in: q8 is faster on processors and less exact, fp16 is for graphics devices",
      )
        .choices(DTYPES)
        .default("fp32"),
    )
    .addOption(threadsOption())
    .addOption(imageSizeOption());
}

/** `--device`. */
export function deviceOption(): Option {
  return new Option("--device <name>", "where to compute; auto is the CPU").choices(DEVICES).default("auto");
}

/** `--threads`. */
export function threadsOption(): Option {
  return new Option(
    "--threads <n>",
    "threads of the engine (default: the physical cores, at most 16)",
  ).argParser(wholeNumber("--threads", 1, 256));
}

/** `--image-size`. */
export function imageSizeOption(): Option {
  return new Option(
    "--image-size <n>",
    "side of the model's input in pixels; smaller is faster and less exact (default: the model's own, 1024 for published ones)",
  ).argParser(wholeNumber("--image-size", 32));
}

/** `--model`, and everything about it. */
export function addModelOptions(command: Command): Command {
  command.option("-m, --model <model>", `${MODEL}; for pictures also a folder of ONNX files`, DEFAULT_MODEL);
  return addRunOptions(addOneSourceOptions(command));
}
