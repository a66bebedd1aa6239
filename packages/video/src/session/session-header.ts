import { isJsonObject, type JsonObject } from "@sam2js/core";
import { type CompressedRle, compressRle, decompressRle, type Rle } from "@sam2js/masks";
import type { FrameSampling } from "../frames/sample-frames.js";
import { MAX_CONDITIONING_FRAMES, MAX_FRAMES, MAX_OBJECTS, MAX_POINTS } from "../limits.js";
import type { ObjectId } from "../state/object-id.js";
import type { Retention } from "../state/retention.js";
import { TRANSFORMERS_POLICY, type TrackingPolicy } from "../state/tracking-policy.js";
import type { PackedLengths } from "./packed-records.js";

/** A record's numbers, and how many elements its blocks have. */
export interface RecordEntry {
  readonly frame: number;
  readonly score: number;
  readonly pointer: number;
  readonly memory?: number;
  readonly logits?: number;
  readonly isForgotten?: boolean;
}

/** Run lengths as COCO's text. */
export interface SavedMask {
  readonly size: readonly [number, number];
  readonly counts: string;
}

type SavedPrompt =
  | { readonly frame: number; readonly points: readonly number[]; readonly labels: readonly number[] }
  | { readonly frame: number; readonly mask: SavedMask };

interface SavedObject {
  readonly id: ObjectId;
  readonly prompts: readonly SavedPrompt[];
  readonly pending: readonly number[];
  readonly corrected: readonly number[];
  readonly visited: readonly (readonly [number, number])[];
  readonly visitedInReverse: readonly (readonly [number, number])[];
  readonly conditioning: readonly RecordEntry[];
  readonly tracked: readonly RecordEntry[];
  /** Where numbers are packed; missing where they stand as they are. */
  readonly packed?: PackedLengths;
}

/** The JSON of a saved session. */
export interface SessionHeader {
  readonly fingerprint?: string;
  readonly processor: Record<string, unknown>;
  /** Which frames of the video are taken; missing where all are. */
  readonly sampling?: FrameSampling;
  readonly retention: Retention;
  readonly policy: TrackingPolicy;
  readonly keepMasks: boolean | number;
  readonly featureCacheSize: number;
  readonly size?: readonly [number, number];
  /** Frames of the stream so far; null for a video. */
  readonly streamed: number | null;
  readonly objects: readonly SavedObject[];
  readonly masks: readonly {
    readonly frame: number;
    readonly masks: readonly (SavedMask & { readonly id: ObjectId })[];
  }[];
}

/** Most elements of one block: the logits of the largest model input. */
const MAX_BLOCK = 2 ** 26;

export function writeMask(rle: Rle): SavedMask {
  const { size, counts }: CompressedRle = compressRle(rle);
  return { size: [size[0], size[1]], counts };
}

/** @throws {InputError} the text is no mask of this size */
export function readMask({ size, counts }: SavedMask): Rle {
  return decompressRle({ size, counts });
}

/** The header if it has the form of one; all that is used without further checks is checked here. */
export function parseHeader(json: unknown): SessionHeader | undefined {
  return isHeader(json) ? (json as unknown as SessionHeader) : undefined;
}

function isHeader(json: unknown): boolean {
  if (!isJsonObject(json)) return false;
  const { retention, policy, size, streamed, featureCacheSize } = json;
  return (
    (json.fingerprint === undefined || typeof json.fingerprint === "string") &&
    isJsonObject(json.processor) &&
    (json.sampling === undefined || isSampling(json.sampling)) &&
    ["window", "head", "all"].includes(retention as string) &&
    isPolicy(policy) &&
    (typeof json.keepMasks === "boolean" || isCount(json.keepMasks, MAX_FRAMES)) &&
    isCount(featureCacheSize, 1024) &&
    featureCacheSize !== 0 &&
    (size === undefined || isSize(size)) &&
    (streamed === null || isCount(streamed, MAX_FRAMES)) &&
    isList(json.objects, isSavedObject, MAX_OBJECTS) &&
    isList(json.masks, isSavedFrame, MAX_FRAMES)
  );
}

function isSampling(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { numFrames, fps } = value;
  return (
    (numFrames === undefined || isCount(numFrames, MAX_FRAMES)) && (fps === undefined || Number.isFinite(fps))
  );
}

function isPolicy(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const names = Object.entries(TRANSFORMERS_POLICY);
  return names.every(([name, example]) => typeof value[name] === typeof example);
}

function isSavedObject(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { visited, visitedInReverse, conditioning, tracked, packed } = value;
  return (
    isId(value.id) &&
    isList(value.prompts, isPrompt, MAX_CONDITIONING_FRAMES) &&
    isList(value.pending, isFrame, MAX_CONDITIONING_FRAMES) &&
    isList(value.corrected, isFrame, MAX_CONDITIONING_FRAMES) &&
    [visited, visitedInReverse].every((ranges) => isList(ranges, isRange, MAX_FRAMES)) &&
    [conditioning, tracked].every((records) => isList(records, isRecord, MAX_FRAMES)) &&
    (packed === undefined || isPacked(packed))
  );
}

function isPacked(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const lengths = [value.memory, value.pointer, value.logits].filter((length) => length !== undefined);
  return lengths.every((length) => isCount(length, MAX_BLOCK));
}

function isPrompt(value: unknown): boolean {
  if (!isJsonObject(value) || !isFrame(value.frame)) return false;
  if (value.mask !== undefined) return isMask(value.mask);
  const { points, labels } = value;
  if (!isList(points, Number.isFinite, 2 * MAX_POINTS) || !isList(labels, Number.isInteger, MAX_POINTS))
    return false;
  return (points as unknown[]).length === 2 * (labels as unknown[]).length;
}

function isRecord(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const blocks = [value.pointer, value.memory, value.logits].filter((block) => block !== undefined);
  return (
    isFrame(value.frame) &&
    Number.isFinite(value.score) &&
    value.pointer !== undefined &&
    blocks.every((block) => isCount(block, MAX_BLOCK))
  );
}

function isSavedFrame(value: unknown): boolean {
  return isJsonObject(value) && isFrame(value.frame) && isList(value.masks, isNamedMask, MAX_OBJECTS);
}

function isNamedMask(value: unknown): boolean {
  return isMask(value) && isId((value as JsonObject).id);
}

function isMask(value: unknown): boolean {
  return isJsonObject(value) && isSize(value.size) && typeof value.counts === "string";
}

function isRange(value: unknown): boolean {
  return isList(value, isFrame, 2) && (value as number[]).length === 2;
}

function isSize(value: unknown): boolean {
  return (
    isList(value, (side) => isCount(side, 2 ** 16) && side !== 0, 2) && (value as unknown[]).length === 2
  );
}

function isId(value: unknown): boolean {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function isFrame(value: unknown): boolean {
  return isCount(value, MAX_FRAMES);
}

function isCount(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function isList(value: unknown, isItem: (item: unknown) => boolean, most: number): boolean {
  return Array.isArray(value) && value.length <= most && value.every((item) => isItem(item));
}
