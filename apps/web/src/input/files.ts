import { openFiles } from "../state/photos.js";
import { picker } from "../state/picker.js";
import { report } from "../state/problems.js";
import { openProjectFile } from "../state/projects.js";

/** Opens what is chosen, dropped anywhere or pasted. */
export function listenToFiles(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*,video/*,.mkv,.sam2js";
  input.multiple = true;
  input.hidden = true;
  input.dataset.testid = "file-input";
  input.setAttribute("aria-label", "Open photos or a video");
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
    const files = pictures(event.dataTransfer?.files);
    if (files.length === 0) return;
    event.preventDefault();
    void open(files);
  });
  addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData?.files);
    if (files.length > 0) void open(files);
  });
}

async function open(files: readonly File[]): Promise<void> {
  const isProject = ({ name }: File) => name.endsWith(".sam2js");
  for (const file of files.filter(isProject)) {
    await openProjectFile(file).catch((error) => report(error, "This project cannot be opened."));
  }
  const others = files.filter((file) => !isProject(file));
  if (others.length > 0) await openFiles(others);
}

function pictures(files: FileList | undefined | null): File[] {
  return [...(files ?? [])].filter(
    ({ type, name }) => /^(image|video)\//.test(type) || /\.(heic|avif|mkv|mov|sam2js)$/i.test(name),
  );
}
