/** What runs in the frame beside the program: the picture with masks, and its messages. */
const HELPERS = `
const tell = (kind, values) => parent.postMessage({ playground: kind, text: values.map((value) =>
  value instanceof Error ? value.message : typeof value === "string" ? value : JSON.stringify(value)).join(" ") }, "*");
for (const kind of ["log", "warn", "error"]) {
  const before = console[kind];
  console[kind] = (...values) => (tell(kind, values), before(...values));
}
addEventListener("error", ({ error, message }) => tell("error", [error ?? message]));
addEventListener("unhandledrejection", ({ reason }) => tell("error", [reason]));
globalThis.show = async (picture, paths) => {
  const image = Object.assign(new Image(), { src: picture, alt: "The picture with its masks" });
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const colours = ["#0060ff", "#e02080", "#ff8000", "#20b050", "#c0a000"];
  document.body.innerHTML = \`<svg viewBox="0 0 \${width} \${height}" role="img" aria-label="The picture with its masks"><image href="\${picture}" width="\${width}" height="\${height}"/>\` +
    paths.map((path, i) => \`<path d="\${path}" fill-rule="evenodd" fill="\${colours[i % 5]}" fill-opacity=".45" stroke="\${colours[i % 5]}" stroke-width="4"/>\`).join("") + "</svg>";
};
`;

/**
 * The document in which a program runs.
 *
 * @param program  an ES module, which imports "sam2js"
 * @param base     the address of the site, ending in a slash
 */
export function frameDocument(program, base) {
  const map = JSON.stringify({ imports: { sam2js: `${base}sam2js/sam2js.js` } });
  const safe = (text) => text.replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><title>Result</title><meta charset="utf-8">
<style>body { margin: 0; font: 16px system-ui } svg, segment-anything { display: block; width: 100%; height: auto }</style>
<script type="importmap">${map}</script>
<script>globalThis.picture = ${JSON.stringify(`${base}pond.jpg`)};${HELPERS}</script>
<script type="module">${safe(program)}
parent.postMessage({ playground: "done", text: "" }, "*");
</script><body></body></html>`;
}
