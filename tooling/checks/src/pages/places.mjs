import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { binOf, runNode } from "../run.mjs";
import { startServer } from "../server.mjs";
import { root } from "../workspace.mjs";
import { serveFolder } from "./serve-folder.mjs";

/** What each project is built with, where the result is served, and which pages it has. */
export function places(scratch) {
  const bin = (name, command) => binOf(name, command, scratch);
  const tool = (folder, name, args, command) =>
    succeeds(runNode(bin(name, command), args, { cwd: join(scratch, folder) }));
  const next = (folder, args) => [
    () => tool(folder, "next", ["build", ...args]),
    () => startServer(bin("next"), ["start", "--port", "0"], { cwd: join(scratch, folder) }),
    ["", "element"],
  ];
  const web = join(scratch, "web");
  const standalone = join(scratch, "node_modules", "@sam2js", "standalone", "dist");
  const static_ = (folder, ...pages) => [() => serveFolder(join(scratch, folder)), pages];
  return [
    [
      "Vite",
      () => tool("web", "vite", ["build", "--config", "vite.pages.mjs"]),
      ...static_("web/dist/vite", "index.html", "worker.html"),
    ],
    [
      "webpack",
      async () => {
        const complaints = await tool("web", "webpack-cli", []);
        cpSync(join(web, "index.html"), join(web, "dist", "webpack", "index.html"));
        return complaints;
      },
      ...static_("web/dist/webpack", "index.html"),
    ],
    [
      "esbuild",
      () => succeeds(runNode("esbuild.mjs", [], { cwd: web })),
      ...static_("web/dist/esbuild", "index.html"),
    ],
    [
      "a plain page",
      async () => {
        mkdirSync(join(web, "dist", "plain"), { recursive: true });
        cpSync(join(web, "plain.html"), join(web, "dist", "plain", "plain.html"));
        cpSync(standalone, join(web, "dist", "plain", "sam2js"), { recursive: true });
        return [];
      },
      ...static_("web/dist/plain", "plain.html"),
    ],
    [
      "frameworks",
      () => tool("frameworks", "vite", ["build"]),
      ...static_("frameworks/dist", "react.html", "vue.html", "svelte.html"),
    ],
    ["Next.js with Turbopack", ...next("next", [])],
    ["Next.js with webpack", ...next("next-webpack", ["--webpack"])],
  ];
}

/** The examples' first program in the other runtimes; npm brings their binaries. */
export function otherRuntimes(scratch) {
  const program = join(scratch, "tasks", "one-point.mjs");
  cpSync(join(root, "examples", "tasks"), join(scratch, "tasks"), { recursive: true });
  cpSync(join(root, "examples", "images"), join(scratch, "images"), { recursive: true });
  // npm has placed one of each, that of this platform.
  const binary = (scope, ...path) => {
    const folder = join(scratch, "node_modules", scope);
    return join(folder, readdirSync(folder)[0], ...path);
  };
  return [
    ["Bun", binary("@oven", "bin", "bun"), ["run", program]],
    ["Deno", binary("@deno", "deno"), ["run", "--allow-all", program]],
  ];
}

/** What is wrong with a command: nothing, or all that it printed. */
export async function succeeds(execution) {
  const { code, output } = await execution;
  return code === 0 ? [] : [`exited with ${code}:\n${output}`];
}
