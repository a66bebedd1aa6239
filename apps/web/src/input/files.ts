import { openFiles } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { report } from "../state/problems.js";
import { openProjectFile } from "../state/projects.js";
import * as session from "../state/session.js";
import { fill, words } from "../words/words.js";

/** Opens what is chosen, dropped anywhere or pasted. */
export function listenToFiles(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*,video/*,.mkv,.sam2js";
  input.multiple = true;
  input.hidden = true;
  input.dataset.testid = "file-input";
  input.setAttribute("aria-label", words().welcome.openInput);
  input.addEventListener("change", () => {
    void open([...(input.files ?? [])]);
    input.value = "";
  });
  document.body.append(input);
  picker.open = () => input.click();

  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.documentElement.classList.add("is-dropping");
  });
  const endDrop = () => document.documentElement.classList.remove("is-dropping");
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) endDrop();
  });
  addEventListener("drop", (event) => {
    endDrop();
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes("Files")) return;
    // Else the browser would leave the page for a file that is none of ours.
    event.preventDefault();
    const entries: FileSystemEntry[] = [];
    const plain: File[] = [];
    for (const item of dataTransfer.items) {
      const entry = item.webkitGetAsEntry();
      const file = entry ? null : item.getAsFile();
      if (entry) entries.push(entry);
      else if (file) plain.push(file);
    }
    filesOf(entries)
      .then((files) => openOurs([...files, ...plain]))
      .catch((error) => report(error, words().wrong.dropped));
  });
  addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData?.files);
    if (files.length > 0) void open(files);
  });
}

async function open(files: readonly File[]): Promise<void> {
  const isProject = ({ name }: File) => name.endsWith(".sam2js");
  for (const file of files.filter(isProject)) {
    await openProjectFile(file).catch((error) => report(error, words().wrong.project));
  }
  const others = files.filter((file) => !isProject(file));
  if (others.length > 0) await openFiles(others);
}

/** Opens photos, videos and projects, and says what was left out. */
async function openOurs(files: readonly File[]): Promise<void> {
  const ours = pictures(files);
  const [other] = files.filter((file) => !ours.includes(file));
  if (other) {
    const rest = files.length - ours.length - 1;
    const { notOurs, notOursMore } = words().done;
    const { name } = other;
    session.say(rest > 0 ? fill(notOursMore, { name, count: rest }) : fill(notOurs, { name }));
  }
  if (ours.length > 0) await open(ours);
}

/** All files of what was dropped, folders and what is in them included, in the order of their names. */
async function filesOf(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  const sorted = entries.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  for (const entry of sorted) {
    if (entry.isDirectory) files.push(...(await filesOf(await entriesOf(entry as FileSystemDirectoryEntry))));
    else files.push(await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)));
  }
  return files;
}

/** A folder is read in parts; the last one is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function pictures(files: FileList | readonly File[] | undefined | null): File[] {
  return [...(files ?? [])].filter(
    ({ type, name }) => /^(image|video)\//.test(type) || /\.(heic|avif|mkv|mov|sam2js)$/i.test(name),
  );
}
