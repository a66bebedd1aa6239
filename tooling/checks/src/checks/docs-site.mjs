import { binOf, runNode } from "../run.mjs";
import { commandCheck } from "./command.mjs";

/** Builds the documentation site, which fails on a link, a heading or an included part that is not there. Needs no network. */
export function docsSiteCheck() {
  return commandCheck(
    runNode(binOf("turbo"), ["run", "build", "--filter=@sam2js/docs", "--output-logs=errors-only"]),
  );
}
