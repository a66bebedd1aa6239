import assert from "node:assert";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a page may weigh before a phone with a slow line shows it late: bytes as they lie on the disk, without compression. */
const SCRIPT_BYTES = 8_000;
const STYLE_BYTES = 60_000;
/** Elements that are laid out at once. Those in the parts of a long page are laid out as they come into sight. */
const ELEMENTS = 2_500;

/**
 * Fails where a built page has become heavy: script or style that every reader waits for, many elements laid out at once, or a picture without a size,
 * which pushes the text away when it comes.
 *
 * @param {Map<string, string>} pages  HTML by address, such as `/guides/video.html`
 * @param {string} outDir  the folder of the built site
 */
export function checkWeight(pages, outDir) {
  const heavy = [...pages].flatMap(([address, html]) => {
    const [head] = html.split("</head>");
    const complaints = [
      [bytesOf(head, /<script[^>]+src="([^"]+)"/g, outDir), SCRIPT_BYTES, "bytes of script"],
      [bytesOf(head, /<link[^>]+stylesheet[^>]+href="([^"]+)"/g, outDir), STYLE_BYTES, "bytes of style"],
      [elementsAtOnce(html), ELEMENTS, "elements laid out at once"],
      [html.match(/<img (?![^>]*height=)[^>]*>/g)?.length ?? 0, 0, "pictures without a size"],
    ];
    return complaints
      .filter(([found, most]) => found > most)
      .map(([found, most, what]) => `${address}: ${found} ${what}, at most ${most}`);
  });
  assert.equal(heavy.length, 0, heavy.join("\n"));
}

function bytesOf(head, addresses, outDir) {
  return [...head.matchAll(addresses)]
    .map(([, address]) => join(outDir, address))
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

function elementsAtOnce(html) {
  const outside = html.replaceAll(/<section class="part".*?<\/section>/gs, "");
  return outside.match(/<[a-z]/g).length;
}
