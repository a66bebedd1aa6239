import type { BoxPrompt, RleMask } from "../domain/document.js";

/** A file that was chosen, dropped, or found in a folder. */
export interface LabelFile {
  /** With its folders, `/` between them. */
  readonly path: string;
  readonly blob: Blob;
}

/** What numbers in masks are where no file says it. */
export type NumbersAre = "objects" | "classes";

export interface ImportRequest {
  readonly files: readonly LabelFile[];
  /** All photos of the project, in their order. */
  readonly photos: readonly {
    readonly id: string;
    readonly name: string;
    /** With the folders that it was opened from, where these are known. */
    readonly path?: string | undefined;
    readonly width: number;
    readonly height: number;
  }[];
  readonly numbersAre: NumbersAre;
}

/** An object that is to be made: of a mask as it is, or of a box that the model is asked with. */
export interface ImportedObject {
  readonly label: string;
  readonly name?: string | undefined;
  readonly mask?: RleMask;
  readonly box?: BoxPrompt;
}

export interface ImportAnswer {
  /** In the order of their numbers. */
  readonly classes: readonly string[];
  readonly photos: readonly { readonly id: string; readonly objects: readonly ImportedObject[] }[];
  /** Images whose names no photo has. */
  readonly unknown: readonly string[];
  /** What could not be read, by file. */
  readonly problems: readonly { readonly path: string; readonly text: string }[];
  /** Some masks have several numbers, and no file says what these are. */
  readonly hasNumbers: boolean;
}
