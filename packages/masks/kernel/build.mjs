/** Compiles the kernel and writes it into the sources, so that no file has to be found at run time. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const entry = fileURLToPath(new URL("index.ts", import.meta.url));
const target = new URL("../src/masks/kernel/kernel-bytes.ts", import.meta.url);

let bytes = new Uint8Array();
const { error, stderr } = await main(
  [entry, "--outFile", "kernel.wasm", "--runtime", "stub", "--enable", "simd", "-O3", "--noAssert"],
  {
    writeFile: (_name, contents) => {
      bytes = contents;
    },
  },
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
const text =
  Buffer.from(bytes)
    .toString("base64")
    .match(/.{1,100}/g) ?? [];
await writeFile(
  target,
  `/** Made by \`kernel/build.mjs\`. */
export const KERNEL_BYTES = [
${text.map((line) => `  "${line}",\n`).join("")}].join("");
`,
);
