import { isPickled } from "../files/pickled.js";

/** Where a model is on a Hub. */
export interface HubAddress {
  /** `"owner/name"`. */
  readonly repo: string;
  readonly revision?: string | undefined;
  readonly subfolder?: string | undefined;
  /** Path of a `.pt` file that is the model, inside `subfolder` if there is one. */
  readonly file?: string | undefined;
}

const NAME = /^(?![.-])(?!.*(?:--|\.\.))[\w.-]{1,96}(?<![.-])$/;

/** Whether a text has the form `owner/name`, as the Hub allows names: letters, digits, `-`, `_`, `.`, no `--` or `..`. */
export function isRepoId(text: string): boolean {
  const parts = text.split("/");
  return parts.length === 2 && parts.every((part) => NAME.test(part)) && !text.endsWith(".git");
}

/** The address of `owner/name/path/of/file.pt`, or undefined. */
export function parseFilePath(text: string): HubAddress | undefined {
  const [owner, name, ...path] = text.split("/");
  const repo = `${owner}/${name}`;
  return path.length > 0 && isRepoId(repo) && isPickled(text) ? { repo, file: path.join("/") } : undefined;
}

/**
 * The address behind the URL of a model's page, `{endpoint}/owner/name[/tree/revision[/folder]]`, or of a `.pt` file on the Hub,
 * `{endpoint}/owner/name/blob/revision/file.pt` (or `resolve`); else undefined.
 */
export function parsePageUrl(url: URL, endpoint: string): HubAddress | undefined {
  const base = new URL(endpoint);
  if (url.origin !== base.origin || url.pathname.endsWith(".safetensors")) return undefined;
  const [owner, name, tree, revision, ...folder] = url.pathname
    .split("/")
    .filter(Boolean)
    .map(decodeURIComponent);
  const repo = `${owner}/${name}`;
  if (!isRepoId(repo)) return undefined;
  if (tree === undefined) return { repo };
  if ((tree === "blob" || tree === "resolve") && revision !== undefined && isPickled(url.pathname))
    return { repo, revision, file: folder.join("/") };
  if (tree !== "tree" || revision === undefined) return undefined;
  return { repo, revision, ...(folder.length > 0 ? { subfolder: folder.join("/") } : {}) };
}
