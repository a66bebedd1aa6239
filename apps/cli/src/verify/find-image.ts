import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Where verify looks for images. */
export interface ImagePlaces {
  /** A folder that is looked into first. */
  readonly folder: string | undefined;
  /** What paths in the expected values are relative to. */
  readonly base: string;
  /** Origin of the Hub. */
  readonly endpoint: string;
  readonly isOffline: boolean;
}

/** Names that are no repository of the Hub, and the repository that has the same files. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "segment-anything assets car.png": "ybelkada/segment-anything/resolve/main/assets/car.png",
};

/**
 * Where an image is: a file in the folder given, a file beside the expected values, a URL, or a file of a dataset on the Hub
 * (`owner/name path/in/it.jpg`).
 *
 * @returns  undefined when it is on the Hub and that must not be asked
 */
export async function findImage(
  place: string,
  { folder, base, endpoint, isOffline }: ImagePlaces,
): Promise<URL | undefined> {
  const path = place.slice(place.indexOf(" ") + 1);
  const name = place.split(/[\s\\/]/).at(-1) ?? place;
  const candidates = [
    ...(folder === undefined ? [] : [join(folder, path), join(folder, name)]),
    resolve(base, place),
  ];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return pathToFileURL(candidate);
  }
  if (isOffline) return undefined;
  if (/^https?:/i.test(place)) return new URL(place);
  const repository = place.slice(0, place.indexOf(" "));
  const address = ELSEWHERE[place] ?? `datasets/${repository}/resolve/main/${path}`;
  return new URL(address, `${endpoint.replace(/\/+$/, "")}/`);
}
