import type { NanoModel } from "./index.js";

/**
 * The same model with weights of 8 bits, about a quarter of the bytes: for pages, which download it. `@sam2js/checkpoint` widens them
 * when it loads; nothing else reads this form. Masks agree with those of the default export (mean IoU at least 0.98, see the model card).
 */
const nanoQ8: NanoModel = {
  name: "nano",
  files: {
    "config.json": new URL("../model/config.json", import.meta.url),
    "model.safetensors": new URL("../model/q8/model.safetensors", import.meta.url),
    "preprocessor_config.json": new URL("../model/preprocessor_config.json", import.meta.url),
    "processor_config.json": new URL("../model/processor_config.json", import.meta.url),
  },
};

export default nanoQ8;
