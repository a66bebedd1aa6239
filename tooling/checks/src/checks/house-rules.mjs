import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gitFiles } from "../run.mjs";
import { root } from "../workspace.mjs";
import { complaintsResult } from "./complaints.mjs";

const SOURCE = /^(packages|apps)\/.*\.(ts|tsx|mts|mjs)$/;
const TEST = /\.test(-d)?\.ts$|__fixtures__|__tests__|generated|_pb\.ts$/;
const MAX_LINES = 400;
/** Programs for Node: the global `fetch` knows no proxies there. */
const NODE_SOURCE = /^(apps\/(cli|server)|packages\/(batch|embedding-store|runtime-node))\//;
/** Where `proxyFetch` and its exception stand. */
const MAY_FETCH = /proxy-fetch\.ts$/;

/** What reviewers would stumble over and a linter does not know. */
export async function houseRulesCheck() {
  const files = await gitFiles();
  const complaints = [];
  for (const file of files.filter((name) => SOURCE.test(name))) {
    const text = readFileSync(join(root, file), "utf8");
    if (/\b(TODO|FIXME|XXX)\b/.test(text)) complaints.push(`${file}: something is left open`);
    if (/\b(it|test|describe)\.(only|todo)\(/.test(text)) complaints.push(`${file}: a test is switched off`);
    if (TEST.test(file)) continue;
    if (/throw new Error\(/.test(text)) complaints.push(`${file}: throw a typed error of core`);
    if (
      NODE_SOURCE.test(file) &&
      !MAY_FETCH.test(file) &&
      /await fetch\(|fetchImage\((?!.*proxyFetch)/.test(text)
    )
      complaints.push(`${file}: ask by proxyFetch of runtime-node`);
    const lines = text.split("\n").length - 1;
    if (lines > MAX_LINES) complaints.push(`${file}: ${lines} lines; split it (${MAX_LINES} at most)`);
  }
  for (const file of files.filter((name) => name.endsWith(".md"))) {
    for (const link of linksOf(readFileSync(join(root, file), "utf8")))
      if (!existsSync(join(root, dirname(file), link))) complaints.push(`${file}: ${link} is not there`);
  }
  for (const folder of new Set(
    files.map((name) => /^(packages|apps)\/[^/]+/.exec(name)?.[0]).filter(Boolean),
  )) {
    if (!files.includes(`${folder}/README.md`)) complaints.push(`${folder}: no README.md`);
  }
  return complaintsResult(complaints);
}

/** Links of a Markdown file to other files, without the heading that they lead to. */
function linksOf(markdown) {
  const prose = markdown.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
  const links = [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link]) => decodeURI(link));
  return links.filter((link) => !/^(\w+:|\/)/.test(link));
}
