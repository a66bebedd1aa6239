export { EmbeddingFolder, type EmbeddingFolderOptions, type EmbeddingStore } from "./embedding-folder.js";
export {
  type EncodedFile,
  encodePrepared,
  identifyPicture,
  type PictureId,
  type PreparedPicture,
  preparePicture,
  readEncoded,
  type StoredOptions,
  storedEmbeddings,
  storeEncoded,
} from "./encode-picture.js";
export type { EncoderParts } from "./encoder-parts.js";
