import type { Sam2HieraDetConfig } from "@sam2js/core";

/** What the config decides about one block. */
export interface BlockPlan {
  readonly index: number;
  readonly stage: number;
  /** Channels in and out. */
  readonly inputs: number;
  readonly channels: number;
  readonly heads: number;
  /** Side of the attention windows in tokens; 0: the whole map. */
  readonly window: number;
  /** Pooling of the queries, 1 for none. */
  readonly stride: number;
  /** Width of the MLP's hidden layer. */
  readonly hidden: number;
  readonly isStageEnd: boolean;
}

/** The blocks of a backbone in order. The first block of a stage keeps the window of the stage before. */
export function planBlocks(config: Sam2HieraDetConfig): BlockPlan[] {
  const blocks: BlockPlan[] = [];
  for (const [stage, count] of config.blocksPerStage.entries()) {
    for (let i = 0; i < count; i++) {
      const index = blocks.length;
      const entry = stage > 0 && i === 0 ? stage - 1 : stage;
      const channels = config.embedDimPerStage[stage] as number;
      blocks.push({
        index,
        stage,
        inputs: config.embedDimPerStage[entry] as number,
        channels,
        heads: config.numAttentionHeadsPerStage[stage] as number,
        window: config.globalAttentionBlocks.includes(index)
          ? 0
          : (config.windowSizePerStage[entry] as number),
        stride: entry < stage && stage <= config.numQueryPoolStages ? config.queryStride[0] : 1,
        hidden: Math.floor(channels * config.mlpRatio),
        isStageEnd: i === count - 1,
      });
    }
  }
  return blocks;
}
