import { EdgeTamVisionConfig, UnsupportedError } from "@sam2js/core";

/** What a vision encoder may be asked for beside its features. */
interface VisionOutputs {
  readonly outputHiddenStates?: boolean | undefined;
  readonly outputAttentions?: boolean | undefined;
}

/** @throws {UnsupportedError} hidden states or attention weights of a backbone of convolutions, which the reference refuses as well */
export function checkVisionOutputs(config: unknown, outputs: VisionOutputs): void {
  if (!(config instanceof EdgeTamVisionConfig)) return;
  for (const name of ["outputHiddenStates", "outputAttentions"] as const) {
    if (!outputs[name]) continue;
    throw new UnsupportedError(
      `${name}: expected a backbone of attention blocks, got EdgeTAM's, which is of convolutions; leave it out, or take a SAM 2 model`,
      { name, expected: "Hiera", got: "RepViT" },
    );
  }
}
