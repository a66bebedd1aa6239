import { buildKernel } from "@sam2js/config/kernel";
import { main } from "assemblyscript/asc";

const target = new URL("../src/resize/kernel/kernel-bytes.ts", import.meta.url);
await buildKernel(main, new URL("index.ts", import.meta.url), target);
