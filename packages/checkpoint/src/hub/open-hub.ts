import { InputError, type ModelStore } from "@sam2js/core";
import { checkPath } from "../files/check-path.js";
import { modelFiles, pickledFiles } from "../files/create-model-files.js";
import type { ModelFiles } from "../files/model-files.js";
import type { OpenModelOptions } from "../files/open-options.js";
import { HubConnection } from "./hub-connection.js";
import { HubRepository } from "./hub-repository.js";
import { MemoryHubStore } from "./memory-hub-store.js";
import type { HubAddress } from "./repo-id.js";

/** Where published models are. */
export const PUBLIC_HUB = "https://huggingface.co";

/** The Hub that is asked: the option, the platform's setting, the public one. @throws {InputError} not an http(s) URL */
export async function hubEndpoint({ endpoint, store }: OpenModelOptions): Promise<string> {
  const chosen = String(endpoint ?? (await store?.hubSettings())?.endpoint ?? PUBLIC_HUB);
  if (URL.canParse(chosen) && /^https?:$/.test(new URL(chosen).protocol)) return chosen;
  throw new InputError(
    `endpoint: expected an http(s) URL, got ${JSON.stringify(chosen)}; for example ${PUBLIC_HUB}`,
    { name: "endpoint", expected: "an http(s) URL", got: chosen },
  );
}

/** A model on a Hub. The commit is found now, files are fetched when they are asked for. */
export async function openHub(address: HubAddress, options: OpenModelOptions): Promise<ModelFiles> {
  const { store = new MemoryHubStore(), signal, onProgress, retry } = options;
  const settings = await store.hubSettings();
  const token = options.token === false ? undefined : (options.token ?? settings.token);
  const offline = options.offline ?? settings.offline ?? false;
  const hub = new HubConnection({
    endpoint: await hubEndpoint(options),
    token,
    retry,
    fetch: options.store?.fetch,
  });
  const repository = new HubRepository(
    hub,
    store as ModelStore,
    address.repo,
    offline,
    options.forceDownload ?? false,
  );
  const work = { signal, onProgress };
  const commit = await repository.resolve(options.revision ?? address.revision ?? "main", work);
  const subfolder = options.subfolder ?? address.subfolder;
  const prefix = subfolder ? `${subfolder}/` : "";
  const open = (path: string) => repository.file(commit, prefix + path, work);
  if (address.file !== undefined) {
    const path = prefix + checkPath(address.file, address.repo);
    return pickledFiles(`${address.repo}/${path}`, () => open(address.file as string), options, commit);
  }
  return modelFiles(prefix ? `${address.repo}/${subfolder}` : address.repo, open, options, {
    revision: commit,
  });
}
