/**
 * Writes `pages/api/`: one page for each entry of each published package, from the docstrings of its sources. The folder is not committed; the
 * build of the site makes it anew. A docstring that names a parameter which does not exist, or links to nothing, fails it.
 */
import assert from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Converter, Logger, LogLevel, OptionDefaults } from "typedoc";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = fileURLToPath(new URL("../pages/api", import.meta.url));

/** Source file of each entry → the name by which programs import it. */
const entries = new Map(
  ["packages", "apps"]
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => [folder, JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))])
    .filter(([, manifest]) => !manifest.private)
    .flatMap(([folder, { name, exports = {} }]) =>
      Object.entries(exports)
        .filter(([, entry]) => entry["@sam2js/source"]?.endsWith(".ts"))
        .map(([path, entry]) => [join(folder, entry["@sam2js/source"]), name + path.slice(1)]),
    ),
);

const app = await Application.bootstrapWithPlugins({
  plugin: ["typedoc-plugin-markdown"],
  tsconfig: fileURLToPath(new URL("../tsconfig.api.json", import.meta.url)),
  entryPoints: [...entries.keys()],
  entryPointStrategy: "resolve",
  outputFileStrategy: "modules",
  name: "API reference",
  out: target,
  readme: "none",
  skipErrorChecking: true, // the types are checked elsewhere, each package with its own settings
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  sanitizeComments: true,
  entryFileName: "index",
  useHTMLAnchors: true, // VitePress numbers equal headings otherwise than links do
  anchorPrefix: "api-",
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  propertiesFormat: "table",
  enumMembersFormat: "table",
  typeDeclarationFormat: "table",
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  blockTags: [...OptionDefaults.blockTags, "@description", "@fires"],
  logLevel: "Warn",
});
// A shape at the start of a docstring looks like a link; all other warnings tell of mistakes.
const mistakes = [];
app.logger = new (class extends Logger {
  log(message, level) {
    if (level >= LogLevel.Warn && !/is not a file and will not be copied/.test(message))
      mistakes.push(message);
  }
})();
// Modules are called by their folders until here: `packages/core/src/testing` becomes `@sam2js/core/testing`.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) {
    const isIt = ([file]) =>
      file
        .replaceAll("\\", "/")
        .replace(/(\/index)?\.ts$/, "")
        .endsWith(`/${module.name}`);
    const entry = [...entries].find(isIt);
    assert(entry, `no entry is called ${module.name}`);
    module.name = entry[1];
  }
});
// "[B, N, P]: 1 inside" is a shape, not the address of a link.
app.converter.on(Converter.EVENT_RESOLVE, (_, { comment }) => {
  const tags = (comment?.blockTags ?? []).map(({ content }) => content);
  for (const part of [comment?.summary ?? [], ...tags].flat())
    if (part.kind === "text") part.text = part.text.replace(/^(\s*(?:- )?)\[([^\]]+)\]:/gm, "$1\\[$2\\]:");
});
const project = await app.convert();
assert(project, "TypeDoc read nothing");
app.validate(project);
await app.generateOutputs(project);
assert.equal(mistakes.length, 0, [...new Set(mistakes)].join("\n"));
