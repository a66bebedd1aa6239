/** A folder of the browser's private file system, in memory. A file is empty once it is asked for, and replaced when its stream is closed. */
export class MemoryFolder {
  readonly files = new Map<string, Blob>();
  readonly folders = new Map<string, MemoryFolder>();
  /** What happens before a file is written: it may fail. */
  beforeFile: (name: string) => void | Promise<void> = () => undefined;
  /** What happens before a file that was written takes its place: it may fail too. */
  beforeClose: (name: string) => void | Promise<void> = () => undefined;

  async getDirectoryHandle(name: string): Promise<MemoryFolder> {
    const folder = this.folders.get(name) ?? new MemoryFolder();
    folder.beforeFile = (file) => this.beforeFile(file);
    folder.beforeClose = (file) => this.beforeClose(file);
    this.folders.set(name, folder);
    return folder;
  }

  async getFileHandle(name: string, { create = false } = {}) {
    if (!this.files.has(name)) {
      if (!create) throw new DOMException(name, "NotFoundError");
      this.files.set(name, new Blob());
    }
    return {
      getFile: async () => {
        if (name === this.unreadable) throw new DOMException(name, "NotReadableError");
        return new File([this.files.get(name) ?? ""], name);
      },
      createWritable: async () => {
        await this.beforeFile(name);
        let text: Blob | string = "";
        return {
          write: async (content: Blob | string) => {
            text = content;
          },
          close: async () => {
            await this.beforeClose(name);
            this.files.set(name, new Blob([text]));
          },
          abort: async () => undefined,
        };
      },
    };
  }

  async *keys() {
    yield* [...this.files.keys(), ...this.folders.keys()];
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.files.delete(name) && !this.folders.delete(name)) throw new DOMException(name, "NotFoundError");
  }

  /** The file that cannot be read, as while it is replaced. */
  unreadable: string | undefined;

  /** As the browser gives it. */
  get handle(): FileSystemDirectoryHandle {
    return this as unknown as FileSystemDirectoryHandle;
  }
}
