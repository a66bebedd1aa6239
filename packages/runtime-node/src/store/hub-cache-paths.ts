import os from "node:os";
import path from "node:path";
import { InputError } from "@sam2js/core";
import { isInside } from "./disk-folder.js";

/** The environment, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `HF_HOME`: where the Hub's tools keep cache and token. */
export function hubHome(env: Environment): string {
  if (env.HF_HOME) return expand(env.HF_HOME, env);
  const cache = env.XDG_CACHE_HOME ? expand(env.XDG_CACHE_HOME, env) : path.join(os.homedir(), ".cache");
  return path.join(cache, "huggingface");
}

/** The cache of models, where Python's huggingface_hub has it. */
export function hubCache(env: Environment): string {
  const named = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE;
  return named ? expand(named, env) : path.join(hubHome(env), "hub");
}

/** `~` and `$NAME` in a path of the environment. */
export function expand(text: string, env: Environment): string {
  const named = text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, a, b) => env[a ?? b] ?? whole);
  return path.resolve(named.replace(/^~(?=$|[\\/])/, os.homedir()));
}

/** The paths of one repository in the cache. */
export class HubRepoPaths {
  readonly root: string;
  readonly #folder: string;

  /** @throws {InputError} `repo` is no `owner/name` */
  constructor(cache: string, repo: string) {
    if (!isInside(repo) || repo.split("/").length > 2) {
      throw new InputError(`repo: expected "owner/name", got ${JSON.stringify(repo)}`, {
        name: "repo",
        expected: "owner/name",
        got: repo,
      });
    }
    this.#folder = `models--${repo.split("/").join("--")}`;
    this.root = path.join(cache, this.#folder);
  }

  ref(revision: string): string {
    return this.#join("refs", revision);
  }

  snapshot(commit: string, file: string): string {
    return this.#join("snapshots", commit, file);
  }

  missing(commit: string, file: string): string {
    return this.#join(".no_exist", commit, file);
  }

  blob(etag: string): string {
    return this.#join("blobs", etag);
  }

  /** Beside the lock files of Python's library, whose own kind of lock Node does not have. */
  lock(etag: string): string {
    this.#join(etag);
    return path.join(path.dirname(this.root), ".locks", this.#folder, `${etag}.sam2js.lock`);
  }

  #join(...steps: readonly string[]): string {
    for (const step of steps) {
      if (isInside(step)) continue;
      throw new InputError(
        `cache: expected a name inside the repository's folder, got ${JSON.stringify(step)}`,
        { name: "cache", expected: "a name inside the repository's folder", got: step },
      );
    }
    return path.join(this.root, ...steps);
  }
}
