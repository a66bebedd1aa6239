import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const WINDOWLESS = "/usr/bin/chromium-headless-shell";

export const NO_CHROMIUM =
  "there is no Chromium at /usr/bin/chromium; install it, or name one in SAM2JS_CHROMIUM";

export const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const QUICK_WASM = "--js-flags=--liftoff-only";

const ADAPTERS = {
  software: [
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    // The engine's own code has little to do beside the adapter. Optimised anew for each worker, it keeps the cores from both for minutes.
    QUICK_WASM,
    // Zeros for the shared memory of a workgroup become unrolled code, whose translation is four fifths of all that the adapter does. No shader of the engine reads
    // what it has not written.
    "--enable-dawn-features=disable_workgroup_init",
  ],
  native: ["--use-angle=vulkan", "--enable-features=Vulkan"],
};

export function findChromium() {
  return [process.env.SAM2JS_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
}

export function findWindowlessChromium() {
  return [process.env.SAM2JS_CHROMIUM, WINDOWLESS, ...PLACES].find((path) => path && existsSync(path));
}

export function webGpu(adapter = "software") {
  return [
    "--enable-unsafe-webgpu",
    ...ADAPTERS[adapter],
    "--ignore-gpu-blocklist",
    // On a busy machine the software adapter is slow enough to be taken for hung.
    "--disable-gpu-watchdog",
  ];
}
