import { svelte } from "@sveltejs/vite-plugin-svelte";
import react from "@vitejs/plugin-react";
import { defineConfig, mergeConfig } from "vite";
import vue from "./vite.vue.mjs";

// With these headers the page is cross-origin isolated, so that WebAssembly gets threads.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default mergeConfig(
  vue,
  defineConfig({
    plugins: [react(), svelte()],
    server: { headers },
    preview: { headers },
    build: { target: "es2022", rollupOptions: { input: ["react.html", "vue.html", "svelte.html"] } },
  }),
);
