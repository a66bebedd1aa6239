import { fileURLToPath } from "node:url";

export default {
  mode: "production",
  entry: { click: "./click.js" },
  output: { path: fileURLToPath(new URL("dist/webpack", import.meta.url)) },
  performance: false, // the engine's WebAssembly is larger than webpack likes
};
