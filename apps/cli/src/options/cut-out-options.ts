import { type Command, Option } from "commander";
import { type CutOutFile, type GroundChoice, parseFile, parseGround } from "../outputs/cut-out-choices.js";
import { numberWithin, wholeNumber } from "./numbers.js";

export function addCutOutOptions(command: Command): Command {
  const options = [
    new Option("--together", "all objects of an image in one picture"),
    new Option(
      "--ground <what>",
      "behind them: transparent, white, black, #rrggbb, or the image blurred: blur, blur:<pixels>",
    )
      .default("transparent" as GroundChoice, "transparent")
      .argParser(parseGround),
    new Option(
      "--soft-edge <pixels>",
      "how far the edge reaches to each side, 0 to 200; 1 takes away its steps",
    )
      .default(0)
      .argParser(numberWithin("--soft-edge", 0, 200)),
    new Option("--margin <pixels>", "room around the object")
      .default(0)
      .argParser(wholeNumber("--margin", 0)),
    new Option("--whole-image", "as large as the image, not as the object"),
    new Option(
      "--cutout-file <type>",
      "png, webp or jpeg, with a quality of 1 to 100 behind a colon: webp:80. JPEG has no transparency: the ground is white",
    )
      .default({ type: "png", quality: 90 } satisfies CutOutFile, "png")
      .argParser(parseFile),
  ];
  for (const option of options) command.addOption(option.helpGroup("Cut-outs (--format cutout):"));
  return command;
}
