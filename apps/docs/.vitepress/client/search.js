// The search of the built site: Pagefind, fetched when somebody searches.
const folder = `${import.meta.env.BASE_URL}pagefind/`;
let modal;

async function openSearch() {
  modal ??= makeModal();
  const opened = await modal;
  opened.dataset.pfTheme = document.documentElement.classList.contains("dark") ? "dark" : "light";
  opened.open();
}

async function makeModal() {
  const style = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href: `${folder}pagefind-component-ui.css`,
  });
  const isStyled = new Promise((resolve, reject) => {
    style.onload = resolve;
    style.onerror = reject;
  });
  document.head.prepend(style);
  await Promise.all([isStyled, import(/* @vite-ignore */ `${folder}pagefind-component-ui.js`)]);
  const config = document.createElement("pagefind-config");
  config.setAttribute("bundle-path", folder);
  const made = document.createElement("pagefind-modal");
  document.body.append(config, made);
  return made;
}

addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-search]")) openSearch();
});
addEventListener("keydown", (event) => {
  const isWriting = event.target.closest?.("input, textarea, select, [contenteditable]");
  const isShortcut =
    (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isWriting);
  if (!isShortcut) return;
  event.preventDefault();
  openSearch();
});
