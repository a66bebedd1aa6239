import type { BoxPrompt, CleanUp, PointPrompt, RleMask, SeenRle, Stroke } from "../domain/document.js";
import type { CutOutLooks } from "./cut-outs.js";
import type { ImportAnswer, ImportRequest } from "./labels.js";
import type { StepAnswer, StepRequest } from "./video-engine.js";

/** Which model, as a user chooses it. */
export type ModelChoice = LocalChoice | RemoteChoice;

/** A model that encodes and decodes on this device. */
export type LocalChoice =
  | { readonly kind: "nano" }
  | { readonly kind: "hub"; readonly id: string }
  | { readonly kind: "files"; readonly name: string; readonly files: readonly File[] };

/** A model whose decoder alone is on this device. */
export type RemoteChoice = ServerChoice | PreparedChoice;

/** Whether photos are encoded elsewhere, or were. */
export function isRemote(choice: ModelChoice): choice is RemoteChoice {
  return choice.kind === "server" || choice.kind === "prepared";
}

/** What tells such a model from the same one on this device: "nano @ 127.0.0.1:8000". @param model  what the model is called */
export function remoteName(
  model: string,
  place: Pick<ServerChoice, "url"> | Pick<PreparedChoice, "folder">,
): string {
  return `${model} @ ${"url" in place ? new URL(place.url).host : place.folder}`;
}

/** A model of a server (`sam2 serve`): photos are encoded there, clicks are answered here by its decoder. */
export interface ServerChoice {
  readonly kind: "server";
  /** Address of the server, without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  /** As the server calls the model. */
  readonly model: string;
  readonly fingerprint: string;
}

/** Embeddings that were made ahead (`sam2 encode`), and the decoder of the model that made them. */
export interface PreparedChoice {
  readonly kind: "prepared";
  /** What the folder is called. */
  readonly folder: string;
  readonly decoder: File;
  /** By the name of the file, which is their id. */
  readonly embeddings: ReadonlyMap<string, File>;
}

export type DevicePreference = "auto" | "webgpu" | "wasm";

export interface ModelInfo {
  readonly name: string;
  /** `"webgpu"`, `"wasm"`, `"fake"`. */
  readonly device: string;
  readonly threads: number;
  /** Side of the model's input in pixels. */
  readonly imageSize: number;
  /** Where photos are encoded. Only on this device videos are followed. */
  readonly encodes: "here" | RemoteChoice["kind"];
  /** Side of its drafts in pixels; null where it can make none on this device. */
  readonly draftSize: number | null;
}

/** One step of long work; `phase` is the runtime's word for it. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: "bytes" | "items" | "steps";
}

/** A photo as the engine needs it. */
export interface PhotoInput {
  readonly id: string;
  readonly name: string;
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** A mask ready to be drawn. */
export interface MaskView {
  readonly rle: RleMask;
  /** The border as the `d` of an SVG path in pixels of the photo, to be filled by the even-odd rule. */
  readonly path: string;
  /** Pixels inside. */
  readonly area: number;
  /** [x0, y0, x1, y1] in pixels, x1 and y1 the last pixels inside. */
  readonly box: readonly [number, number, number, number];
}

export interface EncodeRequest {
  readonly photo: PhotoInput;
  /** In the size of a draft: sooner there, less exact. */
  readonly isDraft: boolean;
}

export interface DecodeRequest {
  /** The answer's number: its logits may be refined later under it. */
  readonly key: number;
  readonly photo: PhotoInput;
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  readonly base: { readonly key: number; readonly choice: number } | null;
  readonly isMultimask: boolean;
  /** Asked of the photo's draft. */
  readonly isDraft?: boolean;
  /** A mask to refine, in pixels of the photo, where there is no answer to refine. */
  readonly hint?: SeenRle;
  /** Asked for the pointer's place: kept for a moment only, unless it is adopted. */
  readonly isPreview?: boolean;
}

export interface Candidate {
  readonly view: MaskView;
  /** Predicted IoU with the object, about 0 to 1. */
  readonly score: number;
}

export interface DecodeAnswer {
  /** By area, smallest first. */
  readonly candidates: readonly Candidate[];
  /** The candidate with the best score. */
  readonly best: number;
  readonly elapsedMs: number;
  /** Who answered: the model's name, with `@` and its size if it was a draft. */
  readonly by: string;
}

export interface EverythingOptions {
  /** Points along each side of the grid. */
  readonly pointsPerSide: number;
}

export type EverythingEvent =
  | { readonly type: "found"; readonly id: string; readonly view: MaskView; readonly score: number }
  /** A better mask of the same thing was found. */
  | { readonly type: "dropped"; readonly id: string }
  | { readonly type: "progress"; readonly done: number; readonly total: number };

export interface ComposeRequest {
  /** The mask under the hand's work; null = none. */
  readonly rle: SeenRle | null;
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  readonly strokes: readonly Stroke[];
  readonly cleanUp: CleanUp;
}

export type ExportFormat =
  | "cutout"
  | "mask"
  | "overlay"
  | "labels"
  | "ids"
  | "classmap"
  | "coco"
  | "yolo"
  | "voc"
  | "cvat"
  | "labelstudio"
  | "svg"
  | "geojson";

export interface ExportItem {
  readonly name: string;
  readonly label: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly rle: SeenRle;
  readonly score: number | undefined;
}

export interface ExportRequest {
  readonly format: ExportFormat;
  readonly photos: readonly { readonly photo: PhotoInput; readonly items: readonly ExportItem[] }[];
  /** The project's classes by their numbers. */
  readonly classes: readonly string[];
  /** Of cut-outs alone. */
  readonly cutOut?: CutOutLooks;
  /** A pixel belongs to one mask only: the smallest that has it, which is the one on top. */
  readonly isFlat: boolean;
  /** COCO's masks as polygons, where they have no holes. */
  readonly isPolygon: boolean;
  /** The photos themselves go into data sets. */
  readonly hasPhotos: boolean;
  /** Share of the photos of a data set that are for validation, 0 to 1. */
  readonly validation: number;
}

export interface ExportedFile {
  readonly name: string;
  readonly blob: Blob;
  /** Of pictures, in pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** A zip whose files go into a folder of the user. */
export interface UnpackRequest {
  readonly file: ExportedFile;
  readonly folder: FileSystemDirectoryHandle;
}

/** What a `.sam2js` file holds: a zip of `project.json` and, under `photos/`, the photos by id. */
export interface ProjectParts {
  readonly json: string;
  readonly photos: readonly { readonly id: string; readonly blob: Blob }[];
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A model of the Hub of which this browser keeps files. */
export interface KeptModel {
  readonly repo: string;
  readonly sizeBytes: number;
}

/** Everything that computes. Nothing of it runs on the page's own thread. */
export interface SegmentEngine {
  load(
    model: ModelChoice,
    device: DevicePreference,
    options: CallOptions & { readonly onProgress: (progress: Progress) => void },
  ): Promise<ModelInfo>;
  encode(request: EncodeRequest, options?: CallOptions): Promise<{ readonly elapsedMs: number }>;
  /** Null where the logits of `base` are not kept any more: ask for that answer again first. */
  decode(request: DecodeRequest, options?: CallOptions): Promise<DecodeAnswer | null>;
  /** Work that nobody has asked for stops until the next photo is encoded. */
  makeWay(): Promise<void>;
  /** Keeps the answer to a preview like any other. */
  adopt(key: number): Promise<void>;
  everything(
    photo: PhotoInput,
    everything: EverythingOptions,
    options: CallOptions & { readonly onEvent: (event: EverythingEvent) => void },
  ): Promise<void>;
  /** The mask of what the photo is of, or null where nothing was found. */
  subject(photo: PhotoInput, options?: CallOptions): Promise<Candidate | null>;
  /** Masks that were seen before, ready to be drawn again. No model is needed. */
  draw(masks: readonly SeenRle[]): Promise<readonly MaskView[]>;
  compose(request: ComposeRequest, options?: CallOptions): Promise<MaskView>;
  /** Finds objects on one frame of a video. */
  track(request: StepRequest, options?: CallOptions): Promise<StepAnswer>;
  exportFile(request: ExportRequest, options?: CallOptions): Promise<ExportedFile>;
  /** Writes the files of a zip into a new folder in that one. */
  unpackInto(request: UnpackRequest): Promise<{ readonly name: string; readonly count: number }>;
  importLabels(request: ImportRequest): Promise<ImportAnswer>;
  /** Models of the Hub that this browser keeps. */
  keptModels(): Promise<readonly KeptModel[]>;
  forgetModel(repo: string): Promise<void>;
  packProject(parts: ProjectParts): Promise<Blob>;
  unpackProject(file: Blob): Promise<ProjectParts>;
}
