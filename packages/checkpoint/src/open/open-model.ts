import { checkOptions, describeValue, InputError, isJsonObject, NotFoundError } from "@sam2js/core";
import { checkPath } from "../files/check-path.js";
import type { ModelFiles } from "../files/model-files.js";
import { OPEN_MODEL_OPTIONS, type OpenModelOptions } from "../files/open-options.js";
import { isPickled } from "../files/pickled.js";
import { hubEndpoint, openHub } from "../hub/open-hub.js";
import { isRepoId, parseFilePath, parsePageUrl } from "../hub/repo-id.js";
import { RETRY_OPTIONS } from "../transfer/retry.js";
import { type FileListLike, isModelSource, type ModelReference } from "./model-source.js";
import { needStore, openLocalFolder, openLocalWeights } from "./open-local.js";
import { openChosenFiles, openSource } from "./open-object.js";
import { openUrl } from "./open-url.js";
import { parseUrl } from "./parse-url.js";

/**
 * Opens a model, whatever it is given as: an object that says where its files are, `File`s that a user chose, a URL, a local folder
 * or `.safetensors` or `.pt` file, or an id on the Hub. An existing folder wins over an id. Nothing large is read or fetched before it is
 * asked for.
 *
 * @throws {NotFoundError} there is no such folder, file or repository
 * @throws {InputError} the reference is none, or needs a store that was not given
 * @throws {DownloadError} the Hub cannot be reached or refuses
 */
export async function openModel(model: ModelReference, options: OpenModelOptions = {}): Promise<ModelFiles> {
  checkOptions(options, OPEN_MODEL_OPTIONS, "openModel options");
  checkOptions(options.retry, RETRY_OPTIONS, "retry");
  if (options.config !== undefined && !isJsonObject(options.config))
    throw InputError.expected("config", "the object of a config.json", describeValue(options.config));
  if (options.subfolder !== undefined) checkPath(options.subfolder, "subfolder");
  if (typeof model === "string") return openText(model, options);
  if (model instanceof URL) return openAddress(model, options);
  if (model instanceof Blob) return openChosenFiles([model], options);
  if (isModelSource(model)) return openSource(model, options);
  return openChosenFiles(toFiles(model), options);
}

async function openText(text: string, options: OpenModelOptions): Promise<ModelFiles> {
  if (text === "") {
    throw new InputError(
      "model: expected an id, folder or URL, got an empty string; for example facebook/sam2.1-hiera-tiny",
      { name: "model", expected: "an id, folder or URL", got: "" },
    );
  }
  const url = parseUrl(text);
  if (url) return openAddress(url, options);
  const local = isWeights(text)
    ? await openLocalWeights(text, options)
    : await openLocalFolder(text, options);
  if (local) return local;
  if (isRepoId(text) && !isPickled(text)) return openHub({ repo: text }, options);
  const file = parseFilePath(text);
  if (file) return openHub(file, options);
  const next =
    text === "nano"
      ? 'pass what "@sam2js/nano" exports for the embedded model'
      : "check the path; ids on the Hub are owner/name";
  throw new NotFoundError(
    `${text}: expected a local folder, a URL or an id on the Hub such as facebook/sam2.1-hiera-tiny, got none of them; ${next}`,
    { name: "model", expected: "a local folder, a URL or an id on the Hub", got: text },
  );
}

async function openAddress(url: URL, options: OpenModelOptions): Promise<ModelFiles> {
  if (url.protocol === "file:") {
    needStore(options.store, url);
    const local = isWeights(url.pathname)
      ? await openLocalWeights(url, options)
      : await openLocalFolder(url, options);
    if (local) return local;
    throw new NotFoundError(
      `${url.href}: expected a folder, a .safetensors or a .pt file, got none of them; check the path`,
      { name: "model", expected: "a folder, a .safetensors or a .pt file", got: url.href },
    );
  }
  const page = parsePageUrl(url, await hubEndpoint(options));
  return page ? openHub(page, options) : openUrl(url, options);
}

function isWeights(path: string): boolean {
  return path.endsWith(".safetensors") || isPickled(path);
}

function toFiles(model: Iterable<File> | FileListLike): Iterable<File> {
  if (typeof model === "object" && model !== null) {
    if (Symbol.iterator in model) return model;
    if (typeof model.length === "number" && typeof model.item === "function") {
      return Array.from({ length: model.length }, (_, index) => model.item(index)).filter(
        (file) => file !== null,
      );
    }
  }
  throw new InputError(
    `model: expected an id, folder, URL, File, list of Files or model source, got ${describeValue(model)}; ` +
      "for example facebook/sam2.1-hiera-tiny",
    { name: "model", expected: "an id, folder, URL, File, list of Files or model source", got: model },
  );
}
