import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import imageSize from "image-size";

/**
 * A markdown-it plugin: pictures of the repository have their width and height, so that the text below them stays where it is while they come.
 * The first of a page is fetched at once, the others when the reader comes near.
 *
 * @param {{ publicFolder: string }} site  where the pictures lie that pages call `/name.jpg`
 */
export function sizedPictures(md, { publicFolder }) {
  md.core.ruler.push("sized-pictures", ({ tokens, env }) => {
    const page = env.realPath ?? env.path;
    const pictures = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === "image");
    pictures.forEach((token, index) => {
      const source = decodeURI(token.attrGet("src"));
      // A page may have the picture from a file that it includes.
      const places = [page, ...(env.includes ?? [])].map((from) => join(dirname(from), source));
      const file = [join(publicFolder, source), ...places].find((place) => existsSync(place));
      if (!file) return;
      const { width, height } = imageSize(readFileSync(file));
      token.attrSet("width", `${width}`);
      token.attrSet("height", `${height}`);
      token.attrSet(...(index === 0 ? ["fetchpriority", "high"] : ["loading", "lazy"]));
    });
  });
}
