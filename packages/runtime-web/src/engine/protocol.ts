import type { EngineSettings } from "@sam2js/runtime-ort";

/** What an engine in a browser is started with. */
export interface WebEngineSettings extends EngineSettings {
  readonly device: "wasm" | "webgpu";
  /** Folder of the engine's files, with a slash at its end; beside the package's own files when missing. */
  readonly wasmBase?: string | undefined;
  readonly powerPreference?: "low-power" | "high-performance" | undefined;
}
