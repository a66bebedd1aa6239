import { openFiles } from "../store/photos.js";
import { picker } from "./keyboard.js";

/** Opens what is chosen, dropped anywhere or pasted. */
export function listenToFiles(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*,video/*,.mkv";
  input.multiple = true;
  input.hidden = true;
  input.dataset.testid = "file-input";
  input.setAttribute("aria-label", "Open photos or a video");
  input.addEventListener("change", () => {
    void openFiles([...(input.files ?? [])]);
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
    void openFiles(files);
  });
  addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData?.files);
    if (files.length > 0) void openFiles(files);
  });
}

function pictures(files: FileList | undefined | null): File[] {
  return [...(files ?? [])].filter(
    ({ type, name }) => /^(image|video)\//.test(type) || /\.(heic|avif|mkv|mov)$/i.test(name),
  );
}
