import { defineConfig, mergeConfig } from "vite";
import config from "./vite.config.mjs";

const pages = { outDir: "dist/vite", rollupOptions: { input: ["index.html", "worker.html"] } };

export default mergeConfig(config, defineConfig({ build: pages }));
