/** What the page shows. */
export interface PageFacts {
  /** In a word. */
  readonly state: "ready" | "loading" | "stopping";
  /** Seconds since the start. */
  readonly upSeconds: number;
  readonly models: readonly {
    readonly name: string;
    readonly imageSize: number;
    readonly pictures: number;
    readonly bytes: number;
  }[];
  readonly throughput: Readonly<Record<string, { readonly total: number; readonly perMinute: number }>>;
  readonly queues: Readonly<Record<string, { readonly running: number; readonly waiting: number }>>;
  /** Resident memory of the process. */
  readonly residentBytes: number;
  readonly links: readonly (readonly [url: string, label: string, about: string])[];
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1e24, #e8eaee); --soft: light-dark(#5b6270, #a4abb8);
  --ground: light-dark(#f6f7f9, #14161a); --card: light-dark(#fff, #1e2127); --line: light-dark(#dfe2e8, #30343d);
  --accent: light-dark(#1457c8, #7db0ff); }
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1.25rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: auto; }
h1 { font-size: 1.5rem; margin: 0; display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.state { font-size: .875rem; font-weight: 600; padding: .1rem .7rem; border-radius: 1rem; border: 1px solid currentColor; }
.ready { color: light-dark(#0a7a3c, #5fd38d); } .loading { color: light-dark(#8a5a00, #f0b95a); }
.stopping { color: light-dark(#b3261e, #ff8a80); }
p { color: var(--soft); margin: .25rem 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.card b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: .875rem; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; padding: .5rem 1rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: .875rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
ul { list-style: none; padding: 0; margin: 0; }
li { margin: .35rem 0; } a { color: var(--accent); } li span { color: var(--soft); }
code { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere; }
`;

/** The start page: one file without scripts that loads nothing, and itself again after some seconds. */
export function startPage(facts: PageFacts): string {
  const { state, upSeconds, models, throughput, queues, residentBytes, links } = facts;
  const cards = Object.entries(throughput).map(([name, { total, perMinute }]) =>
    card(total.toLocaleString("en"), `${name}, ${round(perMinute)} a minute`),
  );
  const work = Object.entries(queues).map(([name, { running, waiting }]) =>
    card(`${running} + ${waiting}`, `${name}: at work + waiting`),
  );
  const rows = models.map(
    ({ name, imageSize, pictures, bytes }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td class="number">${imageSize}</td><td class="number">${pictures}</td><td class="number">${megabytes(bytes)}</td></tr>`,
  );
  const items = links.map(
    ([url, label, about]) =>
      `<li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a> <span>${escapeHtml(about)}</span></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>sam2js server</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>sam2js server <span class="state ${state}">${state}</span></h1>
<p>Segment Anything 2 over HTTP, up for ${duration(upSeconds)}, ${megabytes(residentBytes)} in memory.</p>
<h2>Models</h2>
<div class="wide"><table><thead><tr><th>name</th><th class="number">input in pixels</th><th class="number">pictures in memory</th><th class="number">taking</th></tr></thead>
<tbody>${rows.join("") || '<tr><td colspan="4">being loaded</td></tr>'}</tbody></table></div>
<h2>Throughput</h2>
<div class="cards">${cards.join("")}</div>
<h2>Work</h2>
<div class="cards">${work.join("")}</div>
<h2>Links</h2>
<ul>${items.join("")}</ul>
</main>
</body>
</html>
`;
}

function card(value: string, label: string): string {
  return `<div class="card"><b>${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`;
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
}

function duration(seconds: number): string {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
