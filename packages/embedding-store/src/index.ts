export { EmbeddingFolder, type EmbeddingFolderOptions, type EmbeddingStore } from "./embedding-folder.js";
export {
  type EncodedFile,
  type EncoderParts,
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
