import { fileURLToPath } from "node:url";
import { createMarkdownRenderer } from "vitepress";
import { PROGRAMS } from "./programs.js";

const SITE = fileURLToPath(new URL("../..", import.meta.url));

/** Name of a program → its text as HTML in colours, which the built page shows before any script has come. */
export default {
  watch: ["./programs.js"],
  async load() {
    const theme = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" };
    const markdown = await createMarkdownRenderer(SITE, { theme });
    return Object.fromEntries(
      Object.entries(PROGRAMS).map(([name, text]) => [name, markdown.render(`\`\`\`js\n${text}\`\`\``)]),
    );
  },
};
