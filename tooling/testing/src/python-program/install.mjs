/**
 * Installs programs of the Python package index for tests that ask for them later.
 *
 * usage: node tooling/testing/src/python-program/install.mjs RELEASE…
 */
import { pythonProgram } from "./python-program.mjs";

for (const release of process.argv.slice(2)) {
  // Their tests try again, and say what is wrong.
  await pythonProgram(release).catch(({ message }) => console.warn(message.split("\n")[0]));
}
