import { isAnnotationFile } from "@sam2js/masks";
import { importLabels } from "../state/importing.js";
import { openFiles } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { isPrepared, openPrepared } from "../state/prepared.js";
import { report } from "../state/problems.js";
import { openProjectFile, reportProject } from "../state/projects.js";
import * as session from "../state/session.js";
import { fill, words } from "../words/words.js";
import { type FoundFile, filesOfEntries, filesOfFolder, filesOfInput, isLeftResult } from "./found-files.js";

/** A line of YOLO's labels. */
const LABEL_LINE = /^\d+(\s+-?[\d.]+(e-?\d+)?){4,}\s*$/im;
/** Folders whose pictures are photos, also where labels are looked for. */
const PHOTO_FOLDER = /(^|\/)(images?|photos?|jpegimages)\/([^/]*\/)?[^/]*$/i;

/** Opens what is chosen, dropped anywhere or pasted. */
export function listenToFiles(): void {
  const input = createInput("file-input", words().welcome.openInput, open);
  input.accept = "image/*,video/*,.mkv,.sam2js";
  const labels = createInput("labels-input", words().open.labels, takeLabels);
  labels.accept = ".json,.txt,.yaml,.yml,.csv,.png,.npy,.zip";
  const folder = createInput("folder-input", words().open.folder, open);
  folder.webkitdirectory = true;
  const labelsFolder = createInput("labels-folder-input", words().open.labelsFolder, takeLabels);
  labelsFolder.webkitdirectory = true;
  picker.open = () => input.click();
  picker.openLabels = () => labels.click();
  picker.openFolder = (isLabels) => {
    if (!("showDirectoryPicker" in globalThis)) (isLabels ? labelsFolder : folder).click();
    else void pickFolder(isLabels ? takeLabels : open);
  };

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
    const plain: FoundFile[] = [];
    for (const item of dataTransfer.items) {
      const entry = item.webkitGetAsEntry();
      const file = entry ? null : item.getAsFile();
      if (entry) entries.push(entry);
      else if (file) plain.push({ path: file.name, file });
    }
    filesOfEntries(entries)
      .then((files) => open([...files, ...plain]))
      .catch((error) => report(error, words().wrong.dropped));
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].map((file) => ({ path: file.name, file }));
    const ours = files.filter(isPicture);
    if (ours.length > 0) void open(ours);
  });
}

function createInput(
  testId: string,
  name: string,
  take: (found: readonly FoundFile[]) => Promise<void>,
): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  input.dataset.testid = testId;
  input.setAttribute("aria-label", name);
  input.addEventListener("change", () => {
    const found = filesOfInput(input);
    input.value = "";
    void take(found);
  });
  document.body.append(input);
  return input;
}

async function pickFolder(take: (found: readonly FoundFile[]) => Promise<void>): Promise<void> {
  try {
    await take(await filesOfFolder(await showDirectoryPicker({ id: "photos" })));
  } catch (error) {
    report(error, words().wrong.dropped); // nothing, where none was picked
  }
}

/** Opens projects, photos and videos, then puts labels on them that came with them; says what was left out. */
async function open(found: readonly FoundFile[]): Promise<void> {
  const [projects, labels, pictures, others]: [FoundFile[], FoundFile[], FoundFile[], FoundFile[]] = [
    [],
    [],
    [],
    [],
  ];
  const [prepared, results]: [FoundFile[], FoundFile[]] = [[], []];
  for (const each of found) {
    if (isPrepared(each)) prepared.push(each);
    else if (/\.sam2js$/i.test(each.path)) projects.push(each);
    else if (await isLabels(each)) labels.push(each);
    else if (isLeftResult(each)) results.push(each);
    else (isPicture(each) ? pictures : others).push(each);
  }
  for (const { file } of projects)
    await openProjectFile(file).catch((error) => reportProject(error, words().wrong.project));
  // Before the photos: none of them is encoded by the model that is there now.
  if (prepared.length > 0)
    await openPrepared(
      prepared,
      pictures.map(({ file }) => file),
    );
  const paths = new Map(
    pictures.filter(({ path }) => path.includes("/")).map(({ path, file }) => [file, path]),
  );
  if (pictures.length > 0)
    await openFiles(
      pictures.map(({ file }) => file),
      paths,
    );
  if (labels.length > 0) await importLabels(labels.map(toLabelFile));
  const [other] = others;
  const [result] = results;
  if (!other) {
    if (result) session.say(fill(words().done.leftResults, { name: result.file.name }));
    return;
  }
  const rest = others.length - 1;
  const { notOurs, notOursMore } = words().done;
  const { name } = other.file;
  session.say(rest > 0 ? fill(notOursMore, { name, count: rest }) : fill(notOurs, { name }));
}

/** Pictures among these are masks, unless their folder says that they are photos. */
async function takeLabels(found: readonly FoundFile[]): Promise<void> {
  const isMask = ({ path }: FoundFile) => /\.(png|npy|zip)$/i.test(path) && !PHOTO_FOLDER.test(path);
  const taken = found.filter(
    (each) => isMask(each) || (isAnnotationFile(each.path) && !PHOTO_FOLDER.test(each.path)),
  );
  await importLabels(taken.map(toLabelFile));
}

/** Whether a file that lies among photos is one of labels. */
async function isLabels({ path, file }: FoundFile): Promise<boolean> {
  if (/\.zip$/i.test(path)) return true;
  if (!isAnnotationFile(path)) return false;
  if (!/\.txt$/i.test(path) || /(^|\/)(classes|labelmap)\.txt$/i.test(path)) return true;
  const start = await file.slice(0, 4096).text();
  // Photos without objects have empty files.
  return start.trim() === "" || LABEL_LINE.test(start);
}

function isPicture({ file: { type, name } }: FoundFile): boolean {
  return /^(image|video)\//.test(type) || /\.(heic|avif|mkv|mov)$/i.test(name);
}

function toLabelFile({ path, file }: FoundFile) {
  return { path, blob: file };
}
