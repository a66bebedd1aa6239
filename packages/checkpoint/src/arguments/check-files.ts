import { checkMembers } from "@sam2js/core";

/** @throws {InputError} `file` is no file of a model */
export function checkFile(file: unknown): void {
  checkMembers(file, "file", "a file of a model, as ModelFiles.file(…) gives one", "sizeBytes", "read");
}

/** @throws {InputError} `files` are not what `openModel` gives */
export function checkFiles(files: unknown): void {
  checkMembers(files, "files", "the files of a model, as openModel(…) opens them", "json", "file");
}
