import type { ModelFile } from "@sam2js/core";
import { readJson } from "../json/read-json.js";
import { checkPath } from "./check-path.js";
import type { ModelFiles } from "./model-files.js";
import type { OpenModelOptions } from "./open-options.js";

/** How the files of a model are reached; opened once each, on first use. */
export type FileOpener = (path: string) => Promise<ModelFile | undefined>;

/** Makes {@link ModelFiles} of a way to open single files; each file is opened once. */
export function modelFiles(
  name: string,
  open: FileOpener,
  { signal, variant }: Pick<OpenModelOptions, "signal" | "variant"> = {},
  revision?: string,
): ModelFiles {
  const opened = new Map<string, Promise<ModelFile | undefined>>();
  const file = (path: string): Promise<ModelFile | undefined> => {
    let result = opened.get(path);
    if (!result) {
      result = (async () => open(checkPath(path, name)))();
      opened.set(path, result);
      // A failure (no network, aborted) is not for ever.
      result.catch(() => opened.delete(path));
    }
    return result;
  };
  return {
    name,
    ...(revision === undefined ? {} : { revision }),
    variant,
    file,
    async json(path) {
      const found = await file(path);
      return found ? readJson(found, `${name}/${path}`, signal) : undefined;
    },
  };
}
