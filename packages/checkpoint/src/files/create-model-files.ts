import type { ModelFile } from "@sam2js/core";
import { readJson } from "../json/read-json.js";
import { checkPath } from "./check-path.js";
import type { ModelFiles } from "./model-files.js";
import type { OpenModelOptions } from "./open-options.js";

/** What the weights are called where a `.pt` file is the whole model. */
const PICKLED_FILE = "model.pt";

/** How the files of a model are reached; opened once each, on first use. */
export type FileOpener = (path: string) => Promise<ModelFile | undefined>;

/** Makes {@link ModelFiles} of a way to open single files; each file is opened once. */
export function modelFiles(
  name: string,
  open: FileOpener,
  { signal, variant, config }: Pick<OpenModelOptions, "signal" | "variant" | "config"> = {},
  { revision, pickled, list }: Pick<ModelFiles, "revision" | "pickled" | "list"> = {},
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
    pickled,
    list,
    file,
    async json(path) {
      if (path === "config.json" && config !== undefined) return config;
      const found = await file(path);
      return found ? readJson(found, `${name}/${path}`, signal) : undefined;
    },
  };
}

/** Makes {@link ModelFiles} of a `.pt` file, which is a model of its own: its neighbours may belong to others. */
export function pickledFiles(
  name: string,
  open: () => Promise<ModelFile | undefined>,
  options: OpenModelOptions,
  revision?: string,
): ModelFiles {
  const openOnly: FileOpener = async (path) => (path === PICKLED_FILE ? open() : undefined);
  return modelFiles(name, openOnly, options, { revision, pickled: PICKLED_FILE });
}
