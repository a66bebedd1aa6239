import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const PROGRAM = fileURLToPath(new URL("./install.mjs", import.meta.url));

/** In place of python3: makes a `pip` that writes down what it is asked for, after a while. */
const PYTHON = `#!/bin/sh
mkdir -p "$3/bin"
cat > "$3/bin/pip" <<'END'
#!/bin/sh
sleep 0.5
echo "$@" >> "$(dirname "$0")/asked"
END
chmod +x "$3/bin/pip"
`;

function place() {
  const folder = mkdtempSync(join(tmpdir(), "sam2js-python-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "python3"), PYTHON);
  chmodSync(join(folder, "python3"), 0o755);
  const install = async () => {
    const env = { ...process.env, TMPDIR: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const child = spawn(process.execPath, [PROGRAM, "thing==1.0"], { env, stdio: "inherit" });
    return (await once(child, "exit"))[0];
  };
  const asked = () => readFileSync(join(folder, "sam2js-thing==1.0", "bin", "asked"), "utf8");
  return { folder, install, asked };
}

it.skipIf(process.platform === "win32")("installs a program once, however many ask for it", async () => {
  const { install, asked } = place();
  expect(await Promise.all([install(), install()])).toEqual([0, 0]);
  expect(await install()).toBe(0);
  expect(asked()).toMatch(/^install .*thing==1\.0\n$/);
});

it.skipIf(process.platform === "win32")("takes over from an installer that was killed", async () => {
  const { folder, install, asked } = place();
  const killed = spawn(process.execPath, ["-e", ""]);
  await once(killed, "exit");
  await install();
  const at = (name: string) => join(folder, "sam2js-thing==1.0", name);
  rmSync(at("installed"));
  writeFileSync(at("installing"), `${killed.pid}`);
  expect(await install()).toBe(0);
  expect(asked().split("\n")).toHaveLength(3);
});
