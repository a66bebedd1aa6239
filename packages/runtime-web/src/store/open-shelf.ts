import { messageOf, StoreError } from "@sam2js/core";
import type { Desk } from "../desk/desk.js";
import { CacheShelf } from "./cache-shelf.js";
import { MemoryShelf } from "./memory-shelf.js";
import { OpfsShelf } from "./opfs-shelf.js";
import type { Shelf, StorageKind } from "./shelf.js";

export type { StorageKind } from "./shelf.js";

/** In the order of preference. */
export const STORAGE_KINDS: readonly StorageKind[] = ["opfs", "cache", "memory"];

const CACHE_NAME = "sam2js-models";

/**
 * Opens where models are kept.
 *
 * @param wanted     one kind and no other, or undefined for the first that the browser allows
 * @param onWarning  is told when models will be forgotten
 * @throws {StoreError} the browser does not allow the kind that was asked for
 */
export async function openShelf(
  wanted: StorageKind | undefined,
  desk: Desk,
  onWarning: (message: string) => void,
): Promise<Shelf> {
  const problems: string[] = [];
  for (const kind of wanted ? [wanted] : STORAGE_KINDS) {
    try {
      const shelf = await open(kind, desk);
      if (kind === "memory" && !wanted) {
        onWarning(`models are not kept: the browser allows no storage here (${problems.join("; ")})`);
      }
      return shelf;
    } catch (error) {
      problems.push(`${kind}: ${messageOf(error)}`);
    }
  }
  throw new StoreError(
    `store: the browser does not allow ${wanted} here (${problems.join("; ")}); leave store out for what it allows`,
    { wanted },
  );
}

async function open(kind: StorageKind, desk: Desk): Promise<Shelf> {
  if (kind === "opfs") {
    await navigator.storage.getDirectory();
    return new OpfsShelf(desk);
  }
  return kind === "cache" ? new CacheShelf(await caches.open(CACHE_NAME)) : new MemoryShelf();
}
