import { frameDocument } from "./frame.js";
import { PROGRAMS } from "./programs.js";

const part = (selector) => document.querySelector(`.playground ${selector}`);
const chosen = part("select");
const text = part(".text");
const lines = part(".lines");
const working = part(".working");
let editor;

part(".run").addEventListener("click", run);
chosen.addEventListener("change", async (event) => {
  await edit(event);
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: PROGRAMS[chosen.value] } });
  run();
});
for (const type of ["pointerenter", "pointerdown"]) part(".editor").addEventListener(type, edit);
text.addEventListener("focus", edit);

/** Runs the program in a new frame. True: the editor, whose command it is, does nothing else. */
function run() {
  lines.hidden = true;
  lines.replaceChildren();
  working.textContent = "Working…";
  const base = new URL(import.meta.env.BASE_URL, location.href).href;
  const program = editor?.state.doc.toString() ?? PROGRAMS[chosen.value];
  const frame = document.createElement("iframe");
  frame.title = "Result of the program";
  frame.srcdoc = frameDocument(program, base);
  part(":is(.empty, iframe)").replaceWith(frame);
  return true;
}

addEventListener("message", ({ data, source }) => {
  if (!data?.playground || source !== part("iframe")?.contentWindow) return;
  if (data.playground === "done" || data.playground === "error") working.textContent = "";
  if (!data.text) return;
  const line = document.createElement("span");
  line.className = data.playground;
  line.textContent = `${data.text}\n`;
  lines.append(line);
  lines.hidden = false;
});

let made;
/** The program as text becomes an editor once somebody points at it: nobody waits for the editor who only reads or runs. */
function edit({ type }) {
  made ??= makeEditor();
  return type === "pointerenter" || type === "change" ? made : made.then(() => editor.focus());
}

async function makeEditor() {
  const [{ basicSetup, EditorView }, { javascript }, { keymap }, { readableColours }] = await Promise.all([
    import("codemirror"),
    import("@codemirror/lang-javascript"),
    import("@codemirror/view"),
    import("./readable-colours.js"),
  ]);
  editor = new EditorView({
    doc: PROGRAMS[chosen.value],
    parent: part(".editor"),
    extensions: [
      keymap.of([{ key: "Mod-Enter", run }]),
      basicSetup,
      javascript(),
      readableColours,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Program" }),
    ],
  });
  text.remove();
}
