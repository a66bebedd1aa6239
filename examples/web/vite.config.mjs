import { defineConfig } from "vite";

// With these headers the page is cross-origin isolated, so that WASM gets threads.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  server: { headers },
  preview: { headers },
  build: { target: "es2022", rollupOptions: { input: ["index.html", "split.html"] } },
  worker: { format: "es" },
  // These find files of theirs by `new URL(…, import.meta.url)`, which pre-bundling for development would move.
  optimizeDeps: { exclude: ["@sam2js/nano", "@sam2js/runtime-web"] },
});
