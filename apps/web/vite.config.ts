import { defineConfig } from "vite";
import { contentSecurityPolicy } from "./build/content-security-policy.js";
import { serviceWorker } from "./build/service-worker.js";

/** What WebAssembly threads need. Hosts that cannot send headers get them from the service worker, from the second visit on. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig(({ mode }) => ({
  base: "./",
  define: { __TESTING__: mode !== "production" },
  plugins: [contentSecurityPolicy(), serviceWorker()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: mode === "testing" ? "dist-testing" : "dist",
    // No data: URLs: the policy allows requests to the app's own host only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { headers },
  preview: { headers },
}));
