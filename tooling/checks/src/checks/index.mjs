import { binOf, runNode } from "../run.mjs";
import { architectureCheck } from "./architecture.mjs";
import { browserBundlesCheck } from "./browser-bundles.mjs";
import { commandCheck } from "./command.mjs";
import { cyclesCheck } from "./cycles.mjs";
import { docsPagesCheck } from "./docs-pages.mjs";
import { docsSiteCheck } from "./docs-site.mjs";
import { docstringsCheck } from "./docstrings.mjs";
import { duplicatesCheck } from "./duplicates.mjs";
import { errorsCheck } from "./errors.mjs";
import { examplesCheck } from "./examples.mjs";
import { generatorsCheck } from "./generators.mjs";
import { houseRulesCheck } from "./house-rules.mjs";
import { installCheck } from "./install.mjs";
import { optionsCheck } from "./options.mjs";
import { packagingCheck } from "./packaging.mjs";
import { pagesCheck } from "./pages.mjs";
import { proseCheck } from "./prose.mjs";
import { readmeCheck } from "./readme.mjs";
import { signalsCheck } from "./signals.mjs";
import { sizeCheck } from "./size.mjs";
import { textsCheck } from "./texts.mjs";
import { vitestChecks } from "./vitest.mjs";
import { webExamplesCheck } from "./web-examples.mjs";

const turbo = (...args) => runNode(binOf("turbo"), ["run", ...args, "--output-logs=errors-only"]);
const biome = () => runNode(binOf("@biomejs/biome", "biome"), ["ci", "--colors=off", "."]);
const knip = () => runNode(binOf("knip"), ["--no-progress"]);

/** Every check, in the order in which it is cheapest to learn of a mistake. */
export const checks = [
  { name: "format and lint", run: () => commandCheck(biome()) },
  { name: "house rules", run: houseRulesCheck },
  { name: "prose", run: proseCheck },
  { name: "errors", run: errorsCheck },
  { name: "texts", run: textsCheck },
  { name: "signals", run: signalsCheck },
  { name: "architecture", run: async () => architectureCheck() },
  { name: "cycles", run: async () => cyclesCheck() },
  { name: "duplicates", run: duplicatesCheck },
  { name: "types", run: () => commandCheck(turbo("typecheck")) },
  { name: "build", run: () => commandCheck(turbo("build")) },
  { name: "docs site", run: docsSiteCheck },
  { name: "docstrings", run: async () => docstringsCheck() },
  { name: "options", run: optionsCheck },
  { name: "generators", run: generatorsCheck },
  { name: "unused code", run: () => commandCheck(knip()) },
  ...vitestChecks(),
  { name: "packaging", run: packagingCheck },
  { name: "install", run: installCheck },
  { name: "size", run: sizeCheck },
  { name: "browser bundles", run: browserBundlesCheck },
  { name: "docs in the browser", run: docsPagesCheck },
  { name: "examples", run: examplesCheck },
  { name: "examples in the browser", run: webExamplesCheck },
  { name: "other people's pages", run: pagesCheck },
  { name: "README snippets", run: readmeCheck },
];
