import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { copyFiles, emptyOutput, PICTURES, serveFiles } from "./files.mjs";
import { checkBuiltLinks, checkIncludes, repositoryLinks } from "./links.mjs";
import { colourOnce } from "./markdown/colour-once.mjs";
import { sizedPictures } from "./markdown/pictures.mjs";
import { plainPages } from "./markdown/plain-pages.mjs";
import { partsOfLongPages } from "./markdown/sections.mjs";
import { weighedHeadings } from "./markdown/weighed-headings.mjs";
import { nav, sidebar } from "./navigation.mjs";
import { NOT_PAGES, pageOf } from "./pages.mjs";
import { writeSearch } from "./search.mjs";
import { checkWeight } from "./weight.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const outDir = fileURLToPath(new URL("../dist", import.meta.url));
const pages = join(root, "apps", "docs", "pages");
const apiPages = readdirSync(join(pages, "api"), { recursive: true })
  .filter((name) => /.\.md$/.test(name) && name !== "index.md")
  .map((name) => `api/${name.replaceAll("\\", "/").replace(/\.md$/, "")}`)
  .sort();
const adrs = readdirSync(join(root, "docs", "adr")).sort();

const PREFETCH_WHAT_IS_POINTED_AT = JSON.stringify({
  prefetch: [{ where: { href_matches: "/*" }, eagerness: "moderate" }],
});

checkIncludes(
  root,
  readdirSync(pages, { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(pages, name)),
);

export default defineConfig({
  title: "sam2js",
  description:
    "Segment Anything 2 in TypeScript: click on an object, get its mask, in Node or in a browser tab",
  lang: "en",
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: "/icon.svg" }],
    ["script", { type: "speculationrules" }, PREFETCH_WHAT_IS_POINTED_AT],
  ],
  srcDir: root,
  srcExclude: NOT_PAGES,
  rewrites: (file) => `${pageOf(file) ?? file.replace(/\.md$/, "")}.md`,
  outDir,
  // Pages are HTML without a framework: to read one, nothing has to be fetched or worked out after it. `client/` holds what moves on them.
  mpa: true,
  markdown: {
    languageAlias: { mjs: "js", cjs: "js" },
    // The themes with the contrast that WCAG asks for.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    headers: { level: [2, 3] },
    config(md) {
      colourOnce(md);
      repositoryLinks(md, { root, pageOf: addressOf });
      plainCornersOfTables(md);
      sizedPictures(md, { publicFolder: PICTURES });
      partsOfLongPages(md);
      weighedHeadings(md, { root, pageOf: addressOf });
      plainPages(md);
    },
  },
  vite: {
    publicDir: PICTURES,
    plugins: [vueForPages(), serveFiles(), emptyOutput(outDir)],
    // While you write, only the site's own scripts are searched for packages, not the examples for other frameworks.
    optimizeDeps: { entries: [fileURLToPath(new URL("client/index.js", import.meta.url))] },
    // What is bundled here only renders the pages and is then thrown away.
    build: { rollupOptions: { treeshake: false } },
  },
  themeConfig: {
    nav,
    sidebar: sidebar(
      adrs.map((name) => pageOf(`docs/adr/${name}`)),
      apiPages,
    ),
  },
  // VitePress asks each page to wait for a sheet of icons, which is empty here.
  transformHtml: (html) => html.replace(/<link rel="preload stylesheet" href="[^"]*vp-icons.css"[^>]*>/, ""),
  async buildEnd() {
    copyFiles(outDir);
    await writeSearch(outDir);
    const names = readdirSync(outDir, { recursive: true }).filter((name) => name.endsWith(".html"));
    const built = new Map(
      names.map((name) => [`/${name.replaceAll("\\", "/")}`, readFileSync(join(outDir, name), "utf8")]),
    );
    checkBuiltLinks(built, (address) => existsSync(join(outDir, address)));
    checkWeight(built, outDir);
  },
});

/** A table whose head has an empty cell names nothing there: screen readers expect a plain cell. */
function plainCornersOfTables(md) {
  md.core.ruler.push("plain-corners", ({ tokens }) => {
    tokens.forEach((token, index) => {
      const isEmpty = token.type === "th_open" && tokens[index + 1].content === "";
      if (isEmpty) token.tag = tokens[index + 2].tag = "td";
    });
  });
}

/** The address of a file's page as links have it. */
function addressOf(file) {
  const page = pageOf(file);
  return page === undefined ? undefined : `/${page.replace(/(^|\/)index$/, "$1")}`;
}

/** Pages lie outside this package, so Vue is not found from where they are; it is VitePress's own. */
function vueForPages() {
  const vitepress = fileURLToPath(import.meta.resolve("vitepress"));
  return {
    name: "vue-for-pages",
    enforce: "pre",
    configResolved({ optimizeDeps }) {
      // VitePress looks for its own dependencies from the root of the repository, which does not have them, and complains.
      optimizeDeps.include = optimizeDeps.include?.filter((name) => !name.startsWith("vitepress >"));
    },
    resolveId(id, importer, options) {
      if (/^vue($|\/)/.test(id) && importer?.endsWith(".md"))
        return this.resolve(id, vitepress, { ...options, skipSelf: true });
    },
  };
}
