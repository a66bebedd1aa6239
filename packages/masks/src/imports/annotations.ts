import { isJsonObject } from "@sam2js/core";
import type { AnnotatedImage } from "./annotated-image.js";

/** What one file of annotations holds. */
export interface ReadAnnotations {
  /** Names of classes in the order of their numbers. */
  readonly classes: readonly string[];
  /** What is known of each image, in the order of the file. */
  readonly images: readonly AnnotatedImage[];
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/** A member of an object of JSON; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

/** A member that is a list; empty where there is none. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name);
  return Array.isArray(list) ? list : [];
}

/** A list of finite numbers. */
export function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isFinite(each));
}

/** Text, or a number as text; "" for others. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

/** A number of an object of JSON; 0 where there is none. */
export function numberOf(value: unknown, name: string): number {
  const number = field(value, name);
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}
