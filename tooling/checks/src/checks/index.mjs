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
import { nonsenseCheck } from "./nonsense.mjs";
import { optionsCheck } from "./options.mjs";
import { packageManagersCheck } from "./package-managers.mjs";
import { packagingCheck } from "./packaging.mjs";
import { pagesCheck } from "./pages.mjs";
import { proseCheck } from "./prose.mjs";
import { pythonProgramsCheck } from "./python-programs.mjs";
import { readmeCheck } from "./readme.mjs";
import { signalsCheck } from "./signals.mjs";
import { sizeCheck } from "./size.mjs";
import { snippetTypesCheck } from "./snippet-types.mjs";
import { textsCheck } from "./texts.mjs";
import { vitestChecks } from "./vitest.mjs";
import { webExamplesCheck } from "./web-examples.mjs";

const turbo = (...args) => runNode(binOf("turbo"), ["run", ...args, "--output-logs=errors-only"]);
const biome = () => runNode(binOf("@biomejs/biome", "biome"), ["ci", "--colors=off", "."]);
const knip = () => runNode(binOf("knip"), ["--no-progress"]);

const tests = vitestChecks();
const testsOf = (...names) =>
  tests.filter(({ name }) => names.some((each) => name === `test @sam2js/${each}`));
const inBrowsers = testsOf("web", "runtime-web", "element");
/** What takes longest of what needs no browser: begun first, so that nobody waits for it alone at the end. */
const long = testsOf("server", "cli", "graph");
/**
 * Every check. Stages follow each other, in the order in which it is cheapest to learn of a mistake; the lanes of a stage go on beside each other, two for two cores. Beside
 * what writes sources goes on only what looks at built packages: a package that is packed has files of the packer for a moment. A lane that is done takes over the last checks of the other one: what takes long comes first, so that
 * nothing long is left alone at the end.
 */
export const stages = [
  {
    lanes: [
      [
        { name: "format and lint", run: () => commandCheck(biome()) },
        { name: "house rules", run: houseRulesCheck },
        { name: "errors", run: errorsCheck },
        { name: "texts", run: textsCheck },
        { name: "signals", run: signalsCheck },
        { name: "architecture", run: async () => architectureCheck() },
        { name: "cycles", run: async () => cyclesCheck() },
        { name: "prose", run: proseCheck },
        { name: "duplicates", run: duplicatesCheck },
      ],
      [
        { name: "types", run: () => commandCheck(turbo("typecheck")) },
        { name: "build", run: () => commandCheck(turbo("build", "--filter=!@sam2js/docs")) },
      ],
    ],
  },
  {
    lanes: [
      [
        { name: "generators", run: generatorsCheck },
        { name: "browser bundles", run: browserBundlesCheck },
        { name: "size", run: sizeCheck },
      ],
      [{ name: "Python programs", run: pythonProgramsCheck }],
    ],
  },
  {
    lanes: [
      [
        { name: "docs site", run: docsSiteCheck },
        ...testsOf("web"),
        ...testsOf("runtime-web"),
        { name: "other people's pages", run: pagesCheck },
        ...testsOf("element"),
        { name: "docs in the browser", run: docsPagesCheck },
        { name: "examples in the browser", run: webExamplesCheck },
      ],
      [
        { name: "docstrings", run: async () => docstringsCheck() },
        { name: "options", run: optionsCheck },
        { name: "nonsense", run: nonsenseCheck },
        { name: "snippet types", run: snippetTypesCheck },
        { name: "unused code", run: () => commandCheck(knip()) },
        ...long,
        ...tests.filter((each) => ![...inBrowsers, ...long].includes(each)),
        { name: "packaging", run: packagingCheck },
        { name: "install", run: installCheck },
        { name: "package managers", run: packageManagersCheck },
        { name: "examples", run: examplesCheck },
        { name: "README snippets", run: readmeCheck },
      ],
    ],
  },
];
