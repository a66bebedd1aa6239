import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createFakeIo } from "./__fixtures__/fake-io.js";
import { ExitCode } from "./exit-code.js";
import { runProgram } from "./program.js";

async function run(...args: string[]) {
  const io = createFakeIo();
  const status = await runProgram(args, io);
  return { status, out: io.outs.join("\n"), notes: io.notes.join("\n") };
}

describe("sam2", () => {
  it("explains itself, and each command with examples", async () => {
    const { status, out } = await run("--help");
    expect(status).toBe(ExitCode.ok);
    const [list = ""] = /^Commands:\n[\s\S]*?\n\n/m.exec(out) ?? [];
    const commands = [...list.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name = ""]) => name);
    expect(commands).toEqual(
      expect.arrayContaining(["segment", "generate", "info", "export", "doctor", "verify"]),
    );
    for (const command of commands) {
      const help = (await run(command, "--help")).out;
      expect((await run("help", command)).out).toBe(help);
      expect(help, command).toMatch(/^Usage: sam2 .*\n\n[A-Z][\s\S]*?\.\n\n/); // a sentence says what it is for
      if (!["worker", "doctor"].includes(command)) expect(help, command).toContain("Examples:");
    }
  });

  it("prints its version", async () => {
    expect((await run("--version")).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("ends with 2 and a hint on a wrong command line", async () => {
    for (const args of [
      ["segmnt"],
      ["segment", "--nope"],
      ["info"],
      ["segment", "a.jpg", "--device", "abacus"],
    ]) {
      const { status, notes } = await run(...args);
      expect([status, notes]).toEqual([ExitCode.usage, expect.stringMatching(/^sam2: /)]);
    }
    expect((await run("segmnt")).notes).toContain("Did you mean segment?");
    expect((await run("frobnicate")).notes).toContain("`sam2 help` lists the commands");
  });

  it("shows what a prompt looks like when there is none", async () => {
    const { status, notes } = await run("segment", "photo.jpg");
    expect(status).toBe(ExitCode.usage);
    expect(notes).toContain("--point 500,375");
    expect(notes).toContain("sam2 generate");
  });

  it.each([
    ["--point", "5"],
    ["--box", "1,2,3"],
    ["--threads", "0"],
    ["--threads", "9999"],
    ["--format", "jpg"],
    ["--image-size", "x"],
  ])("names the option when its value is wrong: %s %s", async (option, value) => {
    const { status, notes } = await run("segment", "photo.jpg", "--point", "1,2", option, value);
    expect(status).toBe(ExitCode.usage);
    expect(notes).toContain(`${option}: expected`);
    expect(notes).not.toContain("    at ");
  });

  it.each([
    ["segment", ["photo.jpg", "--point", "1,2"]],
    ["generate", ["."]],
    ["track", ["clip.mp4", "--point", "1,2"]],
  ])("%s looks at the folder of results before it begins", async (command, args) => {
    const file = fileURLToPath(import.meta.url);
    for (const out of [file, join(file, "deeper")]) {
      const { status, notes } = await run(command, ...args, "--out", out);
      expect([status, notes]).toEqual([
        ExitCode.usage,
        expect.stringMatching(/^sam2: --out: expected a folder/),
      ]);
    }
  });

  it("verify looks at the folder of images before it loads a model", async () => {
    const { status, notes } = await run("verify", "facebook/sam2.1-hiera-tiny", "--images", "no/such/folder");
    expect(status).toBe(ExitCode.usage);
    expect(notes).toMatch(/^sam2: --images: expected a folder, got no\/such\/folder/);
  });

  it("shows where an error comes from with --debug", async () => {
    expect((await run("segment", "photo.jpg", "--debug")).notes).toContain("    at ");
  });
});
