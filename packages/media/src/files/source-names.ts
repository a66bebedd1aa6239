import { checkText, checkTexts } from "@sam2js/core";

const PLACE = "a path or URL as a string";

/** Whether a text is the address of a file on the web. */
export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A path as it is; a URL without what may be secret in it: credentials, query and fragment. For results that others may read. */
export function shownSource(source: string): string {
  checkText(source, "source", PLACE);
  if (!isUrl(source) || !URL.canParse(source)) return source;
  const { origin, pathname } = new URL(source);
  return `${origin}${pathname}`;
}

/**
 * The name of a file without its folder: the last part of a path, or of a URL's path without query and fragment. What a URL has escaped is
 * decoded where it can be.
 */
export function baseName(source: string): string {
  checkText(source, "source", PLACE);
  if (!isUrl(source))
    return (
      source
        .replace(/[\\/]+$/, "")
        .split(/[\\/]/)
        .at(-1) || source
    );
  const last = new URL(source).pathname.split("/").filter(Boolean).at(-1) ?? "image";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** A name without folder and ending: `photo` of `photos/photo.jpg`. */
export function stemOf(source: string): string {
  const name = baseName(source);
  return name.replace(/(?<=.)\.[^.]*$/, "") || name;
}

/**
 * What data sets should call files, so that no two are the same: their names alone where these differ, else their paths from the folder that
 * all have in common, with forward slashes. URLs are named by host and path: queries may hold signatures.
 *
 * @param sources  paths and URLs
 * @returns        one name per source, in order; the same source twice has the same name
 */
export function fileNames(sources: readonly string[]): string[] {
  checkTexts(sources, "sources", "a list of paths and URLs");
  const names = sources.map(baseName);
  const isUnique = new Set(names).size === new Set(sources).size;
  if (isUnique) return names;
  const parts = sources.map((source) => partsOf(source));
  const shared = sharedFolders(parts);
  const far = parts.map((each) => each.slice(shared).join("/"));
  return far;
}

function partsOf(source: string): string[] {
  if (!isUrl(source)) return source.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
  const { host, pathname } = new URL(source);
  return [host, ...pathname.split("/").filter(Boolean)];
}

/** How many folders all paths begin with alike; the names themselves do not count. */
function sharedFolders(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  const most = Math.min(...paths.map(({ length }) => length - 1));
  let shared = 0;
  while (shared < most && paths.every((path) => path[shared] === first[shared])) shared += 1;
  return shared;
}
