import { useData, withBase } from "vitepress";

/** The address of a page as the built site has it: `/tasks/box` is the file `/tasks/box.html`. */
export function addressOf(link) {
  return withBase(/(\/|^https:.*)$/.test(link) ? link : `${link}.html`);
}

/** Where the page that is rendered stands: the groups of the menu beside it, and the pages before and after it there. */
export function usePlace() {
  const { page, theme, frontmatter } = useData();
  const path = `/${page.value.relativePath.replace(/(index)?\.md$/, "")}`;
  const isHere = ({ link }) => link === path;
  const parts = Object.keys(theme.value.sidebar).filter((part) => path.startsWith(part));
  const groups =
    frontmatter.value.layout || page.value.isNotFound ? [] : (theme.value.sidebar[parts[0]] ?? []);
  const items = groups.flatMap((group) => group.items);
  const index = items.findIndex(isHere);
  return {
    path,
    groups,
    isHere,
    before: items[index - 1],
    after: index < 0 ? undefined : items[index + 1],
  };
}
