import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { binOf, runNode } from "../run.mjs";
import { publicPackages } from "../workspace.mjs";

/** Packages of one platform; the others are for both. */
const FOR_PAGES = ["runtime-web", "element", "standalone"];
const FOR_NODE = ["runtime-node", "batch", "embedding-store", "server"];
/** A command is no module. What `media` gives are objects of its demuxer, whose own declarations clash with TypeScript's. */
const LEFT_OUT = ["cli", "media"];

/** What the packages' types ask of a program; their documentation says so. */
const LIB = ["es2022", "esnext.disposable"];
const DOM = ["dom", "dom.iterable", "dom.asynciterable"];
const PROGRAMS = {
  web: { not: FOR_NODE, lib: [...LIB, ...DOM], types: [] },
  node: { not: FOR_PAGES, lib: LIB, types: ["node"] },
};

/** Type-checks programs that import every installed package, declarations of all dependencies included, and the example that cannot be started. */
export async function typesOf(folder) {
  const checks = Object.entries(PROGRAMS).map(([name, { not, ...settings }]) => {
    const packages = publicPackages()
      .map((each) => each.name.replace("@sam2js/", ""))
      .filter((each) => ![...not, ...LEFT_OUT].includes(each));
    const imports = packages.map(
      (each) => `export * as ${each.replaceAll("-", "_")} from "@sam2js/${each}";\n`,
    );
    writeFileSync(join(folder, `types-${name}.ts`), imports.join(""));
    return compile(folder, name, [`types-${name}.ts`], { ...settings, skipLibCheck: false });
  });
  const electron = { lib: [...LIB, ...DOM], types: ["node"], checkJs: true, skipLibCheck: true };
  checks.push(compile(folder, "electron", ["electron/main.mjs"], electron));
  return (await Promise.all(checks)).flat();
}

async function compile(folder, name, files, settings) {
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowJs: true,
    noEmit: true,
    ...settings,
  };
  const config = `tsconfig.${name}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files }));
  const { code, output } = await runNode(binOf("typescript", "tsc"), ["-p", config], { cwd: folder });
  return code === 0 ? [] : [`${config}, lib ${settings.lib}:\n${output}`];
}
