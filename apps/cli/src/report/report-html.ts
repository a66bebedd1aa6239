import type { ImageRecord } from "../generate/record.js";
import { type Failure, failureText } from "../io/batch.js";

/** What a report tells. */
export interface ReportFacts {
  readonly model: string;
  /** Settings worth reading, as name and value. */
  readonly settings: readonly (readonly [string, string])[];
  readonly records: readonly ImageRecord[];
  readonly failures: readonly Failure[];
}

const STYLE = `
:root { color-scheme: light dark; --back: #f4f5f7; --card: #fff; --ink: #17191d; --soft: #636a75; --line: #e0e3e8; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #14161a; --card: #1e2126; --ink: #eceef1; --soft: #9aa2ad; --line: #30343b; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 28px; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 24px; }
p, dl { margin: 0; color: var(--soft); }
dl { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0 24px; font-size: 13px; }
dl div { display: flex; gap: 6px; } dt::after { content: ":"; } dd { margin: 0; color: var(--ink); font-variant-numeric: tabular-nums; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 18px; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
article > a { display: grid; place-items: center; aspect-ratio: 3 / 2; background: var(--line); }
img { max-width: 100%; max-height: 100%; width: 100%; height: 100%; object-fit: contain; display: block; }
article div { padding: 10px 14px 12px; }
h2 { margin: 0; font-size: 15px; overflow-wrap: anywhere; }
small { color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
small a { color: inherit; }
section { margin: 0 0 24px; padding: 12px 16px; border: 1px solid var(--bad); border-radius: 10px; background: var(--card); }
section h2 { color: var(--bad); } ul { margin: 6px 0 0; padding-left: 20px; } li { overflow-wrap: anywhere; }
`;

/** A contact sheet: one page without scripts, which shows every image with its masks. */
export function reportHtml({ model, settings, records, failures }: ReportFacts): string {
  const masks = records.reduce((sum, record) => sum + record.masks, 0);
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? "" : "s"}`;
  const facts = settings.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${count(records.length, "image")}, ${count(masks, "mask")}</title>
<style>${STYLE}</style>
<h1>${count(masks, "mask")} in ${count(records.length, "image")}</h1>
<p>found by ${escapeHtml(model)}; a picture opens its large version</p>
<dl>${facts.join("")}</dl>
${failures.length === 0 ? "" : failureList(failures)}<main>
${records.map(card).join("\n")}
</main>
</html>
`;
}

function card(record: ImageRecord): string {
  const name = record.image.split(/[\\/]/).at(-1) ?? record.image;
  const large = record.files.find((file) => file.endsWith(".overlay.png")) ?? record.thumbnail;
  const links = record.files
    .slice(0, 6)
    .map((file) => `<a href="${address(file)}">${escapeHtml(file.slice(file.indexOf(".") + 1))}</a>`);
  const more = record.files.length > links.length ? ` and ${record.files.length - links.length} more` : "";
  return `<article>
<a href="${address(large)}"><img src="${address(record.thumbnail)}" alt="${escapeHtml(name)} with ${record.masks} masks" loading="lazy"></a>
<div><h2>${escapeHtml(name)}</h2>
<small>${record.masks} masks, best ${record.bestScore.toFixed(2)} · ${record.width} × ${record.height} · ${(record.elapsedMs / 1000).toFixed(1)} s<br>
${links.join(", ")}${more}</small></div>
</article>`;
}

function failureList(failures: readonly Failure[]): string {
  const items = failures.map((failure) => `<li>${escapeHtml(failureText(failure))}</li>`);
  return `<section><h2>${failures.length} not done</h2><ul>${items.join("")}</ul></section>\n`;
}

function address(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
