import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const OPTIONS = ["--runtime", "stub", "--enable", "simd", "-O3", "--noAssert"];

/**
 * Compiles a kernel and writes it into the sources, so that no file has to be found at run time.
 *
 * @param {(args: string[], io: { writeFile(name: string, contents: Uint8Array): void }) => Promise<{ error: unknown, stderr: unknown }>} compile
 *   `main` of the AssemblyScript that the package has
 * @param {URL} entry   its source
 * @param {URL} target  a TypeScript file
 */
export async function buildKernel(compile, entry, target) {
  let bytes = new Uint8Array();
  const { error, stderr } = await compile([fileURLToPath(entry), "--outFile", "kernel.wasm", ...OPTIONS], {
    writeFile: (_name, contents) => {
      bytes = contents;
    },
  });
  if (error) {
    console.error(String(stderr));
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
}
