/** Where VitePress's script in the head looks for the reader's choice. */
const KEY = "vitepress-theme-appearance";
const { classList } = document.documentElement;

function show() {
  document.querySelector("[data-theme-switch]")?.setAttribute("aria-pressed", classList.contains("dark"));
}

addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-theme-switch]")) return;
  localStorage.setItem(KEY, classList.toggle("dark") ? "dark" : "light");
  show();
});
show();
