import { fileURLToPath } from "node:url";
import { createMarkdownRenderer } from "vitepress";
import { PROGRAMS } from "./programs.js";

const SITE = fileURLToPath(new URL("../..", import.meta.url));

/** The names of the programs, and the text of the first as HTML in colours, which the built page shows before any script has come. */
export default {
  watch: ["./programs.js"],
  async load() {
    const theme = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" };
    const markdown = await createMarkdownRenderer(SITE, { theme });
    const [[, first]] = Object.entries(PROGRAMS);
    return { names: Object.keys(PROGRAMS), html: markdown.render(`\`\`\`js\n${first}\`\`\``) };
  },
};
