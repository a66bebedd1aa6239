import { svelte } from "@sveltejs/vite-plugin-svelte";
import react from "@vitejs/plugin-react";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// With these headers the page is cross-origin isolated, so that WebAssembly gets threads.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const isCustomElement = (tag) => tag === "segment-anything";

export default defineConfig({
  plugins: [react(), vue({ template: { compilerOptions: { isCustomElement } } }), svelte()],
  server: { headers },
  preview: { headers },
  build: { target: "es2022", rollupOptions: { input: ["react.html", "vue.html", "svelte.html"] } },
});
