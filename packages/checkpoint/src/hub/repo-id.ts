/** Where a model is on a Hub. */
export interface HubAddress {
  /** `"owner/name"`. */
  readonly repo: string;
  readonly revision?: string | undefined;
  readonly subfolder?: string | undefined;
}

const NAME = /^(?![.-])(?!.*(?:--|\.\.))[\w.-]{1,96}(?<![.-])$/;

/** Whether a text has the form `owner/name`, as the Hub allows names: letters, digits, `-`, `_`, `.`, no `--` or `..`. */
export function isRepoId(text: string): boolean {
  const parts = text.split("/");
  return parts.length === 2 && parts.every((part) => NAME.test(part)) && !text.endsWith(".git");
}

/** The address behind the URL of a model's page, `{endpoint}/owner/name[/tree/revision[/folder]]`, or undefined. */
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
  if (tree !== "tree" || revision === undefined) return undefined;
  return { repo, revision, ...(folder.length > 0 ? { subfolder: folder.join("/") } : {}) };
}
