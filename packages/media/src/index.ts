export { safeName, uniqueNames } from "./files/safe-name.js";
export {
  compareNames,
  describeLeftOut,
  isPictureName,
  type LeftOut,
  type LeftOutReason,
  PICTURE_ENDINGS,
  type SortedFolder,
  sortFolder,
} from "./files/sort-folder.js";
export { baseName, fileNames, isUrl, stemOf } from "./files/source-names.js";
