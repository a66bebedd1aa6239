// A link to a place of the same page closes the popover in which it stands.
addEventListener("click", ({ target }) => {
  if (target.closest?.("a")) target.closest(":popover-open")?.hidePopover();
});

// The menu is long: the page that is open is in sight in it.
const here = document.querySelector("#menu [aria-current]");
if (here)
  requestIdleCallback(() => {
    const menu = here.closest("#menu");
    menu.scrollTop = here.offsetTop - menu.clientHeight / 2;
  });

// The outline marks the heading that was scrolled to last.
const links = new Map(
  [...document.querySelectorAll("#outline a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
);
const observer = new IntersectionObserver(
  (entries) => {
    const seen = entries.findLast(({ isIntersecting }) => isIntersecting);
    if (!seen) return;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(seen.target.id).setAttribute("aria-current", "location");
  },
  { rootMargin: "0px 0px -70% 0px" },
);
for (const id of links.keys()) observer.observe(document.getElementById(id));
