const CODE = /<(pre|code)\b[^>]* v-pre.*?<\/\1>/gs;
/** What Vue would have to work out: a value between braces, a component, a directive. */
const FOR_VUE = /\{\{|<[A-Z]|<[^>]* (?:v-|:|@)[\w-]+[=\s>]/;

/**
 * A markdown-it plugin: the text of a page in which nothing is for Vue is a string of HTML as it is. Otherwise Vue would read and compile each
 * element of it. Pictures stay imports.
 */
export function plainPages(md) {
  const render = md.render.bind(md);
  md.render = (source, env = {}) => {
    const html = render(source, env);
    // What a component of the site has rendered is no page.
    const scripts = env.path && env.sfcBlocks?.scripts;
    if (!scripts || scripts.length > 0 || FOR_VUE.test(html.replaceAll(CODE, ""))) return html;
    const pictures = [];
    const text = html
      .replaceAll(/(<(?:pre|code|div|span)\b[^>]*?) v-pre(?:="")?(?=[ >])/g, "$1")
      .split(/(?<=<img [^>]*src=")(\.[^"]*)(?=")/);
    const parts = text.map((part, index) => {
      if (index % 2 === 0) return JSON.stringify(part).replaceAll("</", "<\\/");
      return `picture${pictures.push(part) - 1}`;
    });
    const imports = pictures.map((path, index) => `import picture${index} from ${JSON.stringify(path)};`);
    scripts.push({ content: `<script setup>${imports.join("")}const html = ${parts.join(" + ")};</script>` });
    return `<div v-html="html"></div>`;
  };
}
