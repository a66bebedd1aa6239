import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fault, Faults } from "./fault.js";
import { commitOf, type FakeRepository, type Snapshot, snapshotOf } from "./repository.js";
import { sendBytes } from "./send.js";

export interface FakeHubOptions {
  /** The token that opens private and gated repositories. */
  readonly token?: string | undefined;
  /** Without it the server only serves files, as simple mirrors do. Default true. */
  readonly hasApi?: boolean | undefined;
}

/** One request that came in. */
export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Which of the two servers it came to. */
  readonly server: "hub" | "cdn";
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** A running fake Hub. LFS files are answered by a redirect to a second server, as on the Hub. */
export interface FakeHub {
  /** Origin, to be given as `endpoint`. */
  readonly endpoint: string;
  /** Everything asked for so far, in order. */
  readonly requests: SeenRequest[];
  /** Lets the next matching requests go wrong. */
  fail(fault: Fault): void;
  /** Adds a repository, or a commit to it, to which `main` points from then on. Returns the commit. */
  publish(repository: FakeRepository): string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The Hub answers pages of every origin and lets them see its headers. */
const FOR_PAGES: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Authorization, Range, User-Agent",
  "Access-Control-Expose-Headers":
    "X-Repo-Commit, X-Error-Code, X-Error-Message, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag",
};

interface Repository {
  readonly isGated: boolean;
  readonly isPrivate: boolean;
  readonly commits: Map<string, Snapshot>;
  readonly refs: Map<string, string>;
}

/** Starts the server on a free local port. */
export async function startFakeHub(
  repositories: readonly FakeRepository[] = [],
  { token, hasApi = true }: FakeHubOptions = {},
): Promise<FakeHub> {
  const repos = new Map<string, Repository>();
  const requests: SeenRequest[] = [];
  const faults = new Faults();

  const handle = (server: SeenRequest["server"], answer: typeof answerHub) => {
    return async (request: IncomingMessage, response: ServerResponse) => {
      const { method = "GET", url = "/" } = request;
      const { authorization, range } = request.headers;
      for (const [header, value] of Object.entries(FOR_PAGES)) response.setHeader(header, value);
      if (method === "OPTIONS") return void response.writeHead(204).end();
      requests.push({ method, path: url, server, authorization, range });
      const fault = faults.take(`${method} ${url}`);
      if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      if (fault?.status !== undefined) response.writeHead(fault.status, { ...fault.headers }).end();
      else answer(request, response, new URL(url, "http://local"), fault);
    };
  };

  const answerCdn = (request: IncomingMessage, response: ServerResponse, url: URL, fault?: Fault) => {
    const [repo, commit, path] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    const file = repos
      .get(repo ?? "")
      ?.commits.get(commit ?? "")
      ?.get(path ?? "");
    if (file) sendBytes(request, response, file.bytes, { ETag: '"cdn"' }, fault);
    else response.writeHead(404).end();
  };

  const answerHub = (request: IncomingMessage, response: ServerResponse, url: URL, fault?: Fault) => {
    const refuse = (status: number, code?: string) =>
      response.writeHead(status, code ? { "X-Error-Code": code, "X-Error-Message": code } : {}).end();
    const isKnown = token !== undefined && request.headers.authorization === `Bearer ${token}`;
    const path = decodeURIComponent(url.pathname);
    const api = hasApi && /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(path);
    const resolve = /^\/((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/(.+)$/.exec(path);
    const name = (api || resolve)?.[1];
    if (name === undefined) return refuse(404);
    const repo = repos.get(name);
    if (!repo || (repo.isPrivate && !isKnown)) return refuse(isKnown ? 404 : 401, "RepoNotFound");
    const rest = (api ? api[3] : resolve?.[2]) ?? "";
    const found = revisionOf(repo, rest);
    if (!found) return refuse(404, "RevisionNotFound");
    const { commit, snapshot } = found;
    if (api && api[2] === "revision")
      return sendJson(response, {
        _id: "1",
        id: name,
        sha: commit,
        private: repo.isPrivate,
        gated: repo.isGated,
      });
    if (api) return listTree(response, snapshot, found.path, refuse);
    if (repo.isGated && !isKnown) return refuse(401, "GatedRepo");
    const file = snapshot.get(found.path);
    if (!file)
      return response.writeHead(404, { "X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit }).end();
    const { bytes, gitSha1, sha256 } = file;
    const headers = { "X-Repo-Commit": commit, ETag: `"${gitSha1}"` };
    if (sha256 === undefined) return sendBytes(request, response, bytes, headers, fault);
    response.writeHead(302, {
      ...headers,
      "X-Linked-Etag": `"${sha256}"`,
      "X-Linked-Size": String(bytes.length),
      Location: `${cdn.origin}/${encodeURIComponent(name)}/${commit}/${encodeURIComponent(found.path)}`,
    });
    return response.end();
  };

  const hub = await listen(createServer((request, response) => handle("hub", answerHub)(request, response)));
  const cdn = await listen(createServer((request, response) => handle("cdn", answerCdn)(request, response)));
  const publish = ({ name, files, isGated = false, isPrivate = false }: FakeRepository): string => {
    const snapshot = snapshotOf(files);
    const commit = commitOf(snapshot);
    const before = repos.get(name);
    const commits = new Map([...(before?.commits ?? []), [commit, snapshot] as const]);
    const refs = new Map([...(before?.refs ?? []), ["main", commit] as const]);
    repos.set(name, { isGated, isPrivate, commits, refs });
    return commit;
  };
  for (const repository of repositories) publish(repository);
  const close = async () => {
    await Promise.all([hub, cdn].map(({ server }) => stop(server)));
  };
  return {
    endpoint: hub.origin,
    requests,
    fail: (fault) => faults.add(fault),
    publish,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Splits `revision/path` at a revision that exists; revisions may hold slashes. */
function revisionOf(
  repo: Repository,
  rest: string,
): { commit: string; snapshot: Snapshot; path: string } | undefined {
  const parts = rest.split("/");
  for (let length = 1; length <= parts.length; length++) {
    const revision = parts.slice(0, length).join("/");
    const commit = repo.refs.get(revision) ?? revision;
    const snapshot = repo.commits.get(commit);
    if (snapshot) return { commit, snapshot, path: parts.slice(length).join("/") };
  }
  return undefined;
}

function listTree(
  response: ServerResponse,
  snapshot: Snapshot,
  folder: string,
  refuse: (status: number, code: string) => unknown,
): unknown {
  const prefix = folder === "" ? "" : `${folder}/`;
  const inside = [...snapshot].filter(([path]) => path.startsWith(prefix));
  if (inside.length === 0) return refuse(404, "EntryNotFound");
  const folders = new Set<string>();
  const entries: object[] = [];
  for (const [path, { bytes, gitSha1, sha256 }] of inside) {
    const below = path.slice(prefix.length).split("/");
    if (below.length > 1) {
      folders.add(prefix + below[0]);
    } else {
      const lfs = sha256 === undefined ? {} : { lfs: { oid: sha256, size: bytes.length, pointerSize: 134 } };
      entries.push({ type: "file", oid: gitSha1, size: bytes.length, path, ...lfs });
    }
  }
  for (const path of folders) entries.push({ type: "directory", oid: "0".repeat(40), size: 0, path });
  return sendJson(response, entries);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
}

async function listen(server: Server): Promise<{ server: Server; origin: string }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
