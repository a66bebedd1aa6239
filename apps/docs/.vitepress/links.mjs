import assert from "node:assert";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SOURCES = "https://github.com/sam2js/sam2js";

/**
 * A markdown-it plugin. The pages of this site are Markdown files all over the repository, whose links lead to other files of it, so that they work
 * where the files are read. Here a link to a file that is a page becomes a link to that page, any other one a link to the sources. A link to
 * nothing fails the build.
 *
 * @param {{ root: string, pageOf: (file: string) => string | undefined }} site  the repository's folder; the address of a file's page
 */
export function repositoryLinks(md, { root, pageOf }) {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    const page = env.realPath ?? env.path;
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (!href || /^(\w+:|#|\/)/.test(href)) continue;
      const [path, hash = ""] = decodeURI(href).split(/(?=#)/);
      // A link may come from a file that the page includes; the search's own rendering does not say from which.
      const places = [page, ...(env.includes ?? [])].map((from) => resolve(dirname(from), path));
      const target = places.find((place) => existsSync(place));
      assert(target || !env.includes, `${relative(root, page)}: the link ${href} leads to nothing`);
      if (!target) continue;
      const file = relative(root, target).replaceAll("\\", "/");
      const isFolder = statSync(target).isDirectory();
      const index = isFolder && existsSync(join(target, "README.md")) ? `${file}/README.md` : file;
      const address = pageOf(index);
      token.attrSet(
        "href",
        address ? address + hash : `${SOURCES}/${isFolder ? "tree" : "blob"}/main/${file}${hash}`,
      );
    }
  });
}

/** Fails where a page includes a file or a region that is not there: VitePress would leave it out, or take the whole file. */
export function checkIncludes(root, pages) {
  for (const page of pages) {
    const text = readFileSync(page, "utf8");
    for (const [, file, region] of text.matchAll(/<!--\s*@include: @\/([^\s#]+?)(?:#([\w-]+?))?\s*-->/g)) {
      const included = join(root, file);
      assert(existsSync(included), `${relative(root, page)} includes ${file}, which does not exist`);
      assert(
        !region || readFileSync(included, "utf8").includes(`<!-- #region ${region} -->`),
        `${relative(root, page)} includes the region ${region}, which ${file} does not have`,
      );
    }
  }
}

/**
 * Fails where a built page leads to a page, a heading or a file that is not there. Menus are checked too, which VitePress does not do.
 *
 * @param {Map<string, string>} pages  HTML by address, such as `/guides/video.html`
 * @param {(address: string) => boolean} isFile  whether the site has a file that is no page
 */
export function checkBuiltLinks(pages, isFile) {
  const headings = new Map(
    [...pages].map(([address, html]) => [address, new Set(html.match(/(?<=\sid=")[^"]+/g) ?? [])]),
  );
  const dead = [...pages].flatMap(([address, html]) =>
    [...html.matchAll(/<(?:a|img) [^>]*(?:href|src)="(\/[^"#]*)?(?:#([^"]+))?"/g)]
      .filter(([, path = address, anchor]) => {
        const page = headings.get(path.replace(/\/$/, "/index.html"));
        if (!page) return !isFile(path);
        return anchor !== undefined && !page.has(decodeURIComponent(anchor));
      })
      .map(
        ([, path = "itself", anchor]) =>
          `${address}: ${path} ${anchor ? `has no heading #${anchor}` : "is not there"}`,
      ),
  );
  assert.equal(dead.length, 0, [...new Set(dead)].join("\n"));
}
