import { binOf, runNode } from "../run.mjs";
import { commandCheck } from "./command.mjs";

/** No two places share 12 lines of the same code, names and all. */
export function duplicatesCheck() {
  const program = binOf("jscpd", "jscpd", "tooling/checks");
  const folders = ["packages", "apps", "tooling", "examples"];
  return commandCheck(runNode(program, ["--config", "tooling/checks/.jscpd.json", ...folders]));
}
