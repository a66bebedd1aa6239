/** Writes the types of the server's requests and answers, from the OpenAPI document of the built server. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "@sam2js/server";

const TOOL = ["--yes", "--package", "openapi-typescript@7.13.0", "--package", "typescript@5.9.3", "--"];
const target = fileURLToPath(new URL("../src/generated/openapi.ts", import.meta.url));

const server = await createServer({ logger: false });
const document = server.app.swagger();
// Routes for tools have clients of their own.
document.paths = Object.fromEntries(
  Object.entries(document.paths).filter(([path]) => /^\/(health|ready|v1\/)/.test(path)),
);
await server.close();
const folder = mkdtempSync(join(tmpdir(), "sam2js-openapi-"));
try {
  const file = join(folder, "openapi.json");
  writeFileSync(file, JSON.stringify(document));
  const npx = process.platform === "win32" ? "npx.cmd" : "npx";
  execFileSync(npx, [...TOOL, "openapi-typescript", file, "--array-length", "--output", target], {
    stdio: "inherit",
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
