export { ExitCode } from "./exit-code.js";
export type { ConsoleIo } from "./io/console-io.js";
export { runProgram } from "./program.js";
