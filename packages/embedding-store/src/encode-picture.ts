import { createHash } from "node:crypto";
import { checkBytes, checkMembers, checkOptions, type RgbImage, Sam2Error, type Tensor } from "@sam2js/core";
import { embeddingId, ImageEmbeddings, type PictureFacts, type Precision } from "@sam2js/embeddings";
import type { SegmentationModel } from "@sam2js/pipeline";
import type { EmbeddingStore } from "./embedding-folder.js";
import { checkEncoderParts, type EncoderParts } from "./encoder-parts.js";

/** The name of a picture, and of its embeddings by a model. */
export interface PictureId {
  /** Of the embeddings: see `embeddingId`. */
  readonly id: string;
  /** Of the picture's file, in hexadecimal digits. */
  readonly sha256: string;
}

/** A picture that is ready for the encoder. */
export interface PreparedPicture extends PictureId {
  /** [height, width] of the picture in pixels. */
  readonly size: readonly [number, number];
  /** float32 [1, 3, S, S]. */
  readonly pixelValues: Tensor<"float32" | "uint8">;
}

/** Embeddings and the picture that they are of. */
export interface EncodedFile extends PictureId {
  /** Its hash and size, as they stand in the stored bytes. */
  readonly picture: PictureFacts;
  /** Of one image; whoever asked for them disposes of them. */
  readonly embeddings: ImageEmbeddings;
}

/** How {@link storedEmbeddings} works. */
export interface StoredOptions {
  /** How exactly new embeddings are kept. Default `"f32"`. */
  readonly precision?: Precision | undefined;
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** Names a picture by its content. @param file  bytes of an image file */
export async function identifyPicture(
  file: Uint8Array,
  model: { readonly fingerprint: string },
): Promise<PictureId> {
  checkBytes(file, "file");
  checkMembers(model, "model", "a model, such as Sam2Model.fromPretrained(…) gives", "fingerprint");
  const sha256 = createHash("sha256").update(file).digest("hex");
  return { sha256, id: await embeddingId(sha256, model.fingerprint) };
}

/**
 * Decodes a picture and brings it to the model's size: all that comes before the encoder, so that it can be done while another picture is encoded.
 *
 * @param file  bytes of an image file
 * @throws {ImageError} it cannot be decoded
 */
export async function preparePicture(
  parts: EncoderParts,
  file: Uint8Array,
  signal?: AbortSignal,
): Promise<PreparedPicture> {
  checkEncoderParts(parts);
  const { model, processor } = parts;
  const named = await identifyPicture(file, model);
  const image: RgbImage = await model.runtime.decodeImage(file, { signal });
  const { pixelValues } = await processor.process({ images: image, signal });
  return { ...named, size: [image.height, image.width], pixelValues };
}

/**
 * Encodes a prepared picture. The caller disposes of the embeddings.
 *
 * @param options  as `Sam2Model.getImageEmbeddings` takes them
 */
export async function encodePrepared(
  parts: Pick<EncoderParts, "model">,
  prepared: PreparedPicture,
  options?: Parameters<SegmentationModel["getImageEmbeddings"]>[1],
): Promise<EncodedFile> {
  checkMembers(parts, "parts", "{ model, processor }", "model");
  checkMembers(prepared, "prepared", "what preparePicture(…) gives", "id", "pixelValues");
  const { model } = parts;
  const { id, sha256, size, pixelValues } = prepared;
  const embeddings = await model.getImageEmbeddings(pixelValues, options);
  return { id, sha256, picture: { sha256, size }, embeddings };
}

/** Keeps embeddings in a store. @param precision  default `"f32"` */
export async function storeEncoded(
  encoded: EncodedFile,
  store: EmbeddingStore,
  precision?: Precision,
): Promise<void> {
  checkMembers(encoded, "encoded", "what encodePrepared(…) gives", "id", "picture", "embeddings");
  checkStore(store);
  const { id, picture, embeddings } = encoded;
  await store.write(id, await embeddings.serialize({ picture, precision }));
}

/**
 * Embeddings out of a store. Bytes that are damaged, or were made by another model, count as missing: they are written anew by whoever encodes.
 *
 * @returns undefined where there are none
 */
export async function readEncoded(
  store: EmbeddingStore,
  id: string,
  model: { readonly fingerprint: string; readonly name: string },
): Promise<EncodedFile | undefined> {
  checkStore(store);
  const bytes = await store.read(id);
  if (!bytes) return undefined;
  try {
    const embeddings = ImageEmbeddings.deserialize(bytes, model);
    const { picture } = embeddings;
    return picture && { id, sha256: picture.sha256, picture, embeddings };
  } catch (error) {
    if (Sam2Error.isInstance(error)) return undefined;
    throw error;
  }
}

/**
 * The embeddings of a picture: out of the store, or encoded and kept there.
 *
 * @param file  bytes of an image file
 * @throws {ImageError} it cannot be decoded  @throws {StoreError} it cannot be kept
 */
export async function storedEmbeddings(
  parts: EncoderParts,
  file: Uint8Array,
  store: EmbeddingStore,
  options: StoredOptions = {},
): Promise<EncodedFile & { readonly isNew: boolean }> {
  checkOptions(options, ["precision", "signal"], "storedEmbeddings");
  checkEncoderParts(parts);
  const { precision, signal } = options;
  const { id } = await identifyPicture(file, parts.model);
  const kept = await readEncoded(store, id, parts.model);
  if (kept) return { ...kept, isNew: false };
  const encoded = await encodePrepared(parts, await preparePicture(parts, file, signal), { signal });
  await storeEncoded(encoded, store, precision);
  return { ...encoded, isNew: true };
}

function checkStore(store: unknown): void {
  checkMembers(store, "store", "a store, such as EmbeddingFolder.open(…) opens", "read", "write");
}
