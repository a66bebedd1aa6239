/** Where a Markdown file of the repository is on the site. Files that match none of these keep their own path, and no menu leads to them. */
const PAGES = [
  [/^apps\/docs\/pages\/(.+)\.md$/, "$1"],
  [/^docs\/(errors)\.md$/, "$1"],
  [/^docs\/(architecture|differences)\.md$/, "how-it-works/$1"],
  [/^docs\/adr\/(.+)\.md$/, "how-it-works/adr/$1"],
  [/^docs\/([^/]+)\.md$/, "guides/$1"],
  [/^packages\/nano\/model\/README\.md$/, "how-it-works/nano"],
  [/^tooling\/(bench|reference|train-nano)\/README\.md$/, "how-it-works/$1"],
  [/^(?:packages|apps)\/([^/]+)\/README\.md$/, "packages/$1"],
  [/^README\.md$/, "index"],
  [/^CONTRIBUTING\.md$/, "project/contributing"],
  [/^SECURITY\.md$/, "project/security"],
  [/^CODE_OF_CONDUCT\.md$/, "project/conduct"],
  [/^THIRD_PARTY\.md$/, "project/licences"],
];

/** Markdown files that are no pages: the site's start page stands for the repository's. */
export const NOT_PAGES = [
  "README.md",
  "**/CHANGELOG.md",
  "apps/docs/README.md",
  "apps/cli/data/**",
  "packages/graph/proto/**",
  "examples/**",
  "out/**",
  "tooling/!(bench|reference|train-nano)/**",
  "tooling/*/!(README.md)/**",
];

/** The path of a file's page on the site, without a slash in front and without an ending; undefined where it has none of its own. */
export function pageOf(file) {
  const found = PAGES.find(([pattern]) => pattern.test(file));
  return found && file.replace(...found);
}
