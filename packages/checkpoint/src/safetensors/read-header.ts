import type { ModelFile } from "@sam2js/core";
import { checkFile } from "../arguments/check-files.js";
import { LENGTH_BYTES, parseHeader, parseHeaderLength, type SafetensorsHeader } from "./parse-header.js";

/**
 * Reads the header of a safetensors file, nothing of its data.
 *
 * @param where  what messages call the file
 * @throws {CheckpointError} the file is no valid safetensors file
 */
export async function readSafetensorsHeader(
  file: ModelFile,
  where: string,
  signal?: AbortSignal,
): Promise<SafetensorsHeader> {
  checkFile(file);
  const prefix = await file.read(0, Math.min(LENGTH_BYTES, file.sizeBytes), signal);
  const length = parseHeaderLength(prefix, file.sizeBytes, where);
  const header = await file.read(LENGTH_BYTES, LENGTH_BYTES + length, signal);
  return parseHeader(header, file.sizeBytes, where);
}
