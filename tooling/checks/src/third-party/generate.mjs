/**
 * Writes `THIRD_PARTY.md`, what published packages bring along, and the licences that the web app serves with its bundle. Fails at a licence
 * that is not on the list below: somebody has to look at it first.
 *
 * usage: node tooling/checks/src/third-party/generate.mjs
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, root, workspacePackages } from "../workspace.mjs";
import { foreignPackagesOf, licenceText } from "./packages.mjs";

const ACCEPTED = new Set([
  "MIT",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "0BSD",
  "MPL-2.0",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "(MIT OR CC0-1.0)",
  "Unlicense",
  "Zlib",
]);

/** Prebuilt binaries, which differ by platform and have licences of their own. */
const BINARIES = [
  [
    "onnxruntime-node, onnxruntime-web",
    "ONNX Runtime",
    "MIT; its own notices are in `ThirdPartyNotices.txt` of its repository",
  ],
  ["sharp (`@img/sharp-*`)", "libvips and its libraries", "LGPL-3.0-or-later, loaded as a shared library"],
  [
    "@napi-rs/webcodecs (optional)",
    "FFmpeg, x264 and other codecs",
    "LGPL-2.1-or-later and GPL-2.0-or-later; only `sam2 track` and `sam2 serve` load it, for video files",
  ],
  ["msgpackr (`@msgpackr-extract/*`, optional)", "its native reader", "MIT"],
];

/** What is ours to give on, but not ours. */
const FILES = [
  [
    "`examples/images`, `apps/web/public/examples/truck*.jpg`",
    "Meta Platforms, repository of SAM 2",
    "Apache-2.0",
  ],
  [
    "`packages/nano/model`",
    "trained for this project; its model card lists the pictures it learnt from",
    "Apache-2.0",
  ],
];

const foreign = new Map();
for (const each of publicPackages()) {
  for (const found of foreignPackagesOf(each)) {
    const key = `${found.name}@${found.version}`;
    if (!foreign.has(key)) foreign.set(key, { ...found, by: [] });
    foreign.get(key).by.push(each.name.replace("@sam2js/", ""));
  }
}
const rows = [...foreign.values()].sort((a, b) =>
  `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1,
);
const strangers = rows.filter(({ licence }) => !ACCEPTED.has(licence));
if (strangers.length > 0) {
  for (const { name, version, licence } of strangers)
    console.error(`${name}@${version}: nobody has accepted the licence "${licence}" yet`);
  process.exit(1);
}

const table = (head, lines) =>
  [
    `| ${head.join(" | ")} |`,
    `| ${head.map(() => "---").join(" | ")} |`,
    ...lines.map((line) => `| ${line.join(" | ")} |`),
  ].join("\n");
writeFileSync(
  join(root, "THIRD_PARTY.md"),
  `# What sam2js brings along

sam2js is licensed under [Apache-2.0](LICENSE). npm installs these packages of others beside ours. \`node tooling/checks/src/third-party/generate.mjs\` writes this page; the tests fail where it
is out of date, or where a licence is new.

${table(
  ["package", "version", "licence", "for"],
  rows.map(({ name, version, licence, by }) => [
    name,
    version,
    licence,
    by.length > 6 ? `${by.length} packages` : by.join(", "),
  ]),
)}

## Prebuilt binaries

${table(["package", "holds", "licence"], BINARIES)}

## Files

${table(["files", "from", "licence"], FILES)}

The web app bundles some of these packages. It serves their licences as \`licenses.txt\`.
`,
);

const app = workspacePackages().find(({ name }) => name === "@sam2js/web");
const bundled = foreignPackagesOf(app).filter(
  ({ name }) => !name.startsWith("@types/") && name !== "undici-types",
);
const rule = "-".repeat(78);
writeFileSync(
  join(root, app.folder, "public", "licenses.txt"),
  `This app is part of sam2js (Apache-2.0). It contains code of these packages.\n\n${bundled
    .map((each) => `${rule}\n${each.name} ${each.version}\n${each.address}\n\n${licenceText(each)}\n`)
    .join("\n")}`,
);
