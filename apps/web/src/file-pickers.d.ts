/** Where browsers let a page read and write folders of the user. @see https://wicg.github.io/file-system-access/ */
declare function showDirectoryPicker(options?: {
  /** Pickers of one id begin where the last one ended. */
  readonly id?: string;
  readonly mode?: "read" | "readwrite";
}): Promise<FileSystemDirectoryHandle>;
