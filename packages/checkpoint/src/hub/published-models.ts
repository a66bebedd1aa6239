/** A checkpoint on the Hub that people may want. */
export interface PublishedModel {
  /** On the Hub. */
  readonly id: string;
  /** Short. */
  readonly name: string;
  /** To download. */
  readonly megabytes: number;
  /** SPDX identifier. */
  readonly licence: string;
  /** Of its encoder, in parts of what it takes for SAM 2.1 tiny; so what one model took tells about another. */
  readonly work: number;
}

/** The best known checkpoints, smallest first: EdgeTAM, and SAM 2.1 by Meta. */
export const PUBLISHED_MODELS: readonly [PublishedModel, ...PublishedModel[]] = [
  { id: "yonigozlan/EdgeTAM-hf", name: "EdgeTAM", megabytes: 56, licence: "Apache-2.0", work: 0.12 },
  { id: "facebook/sam2.1-hiera-tiny", name: "tiny", megabytes: 156, licence: "Apache-2.0", work: 1 },
  { id: "facebook/sam2.1-hiera-small", name: "small", megabytes: 184, licence: "Apache-2.0", work: 1.2 },
  {
    id: "facebook/sam2.1-hiera-base-plus",
    name: "base-plus",
    megabytes: 324,
    licence: "Apache-2.0",
    work: 2.6,
  },
  { id: "facebook/sam2.1-hiera-large", name: "large", megabytes: 898, licence: "Apache-2.0", work: 8 },
];

/** What nano takes: little work, but small products use an engine less well. Measured on a processor with two threads. */
export const NANO_WORK = 0.01;

/**
 * The model to begin real work with: EdgeTAM, an eighth of the work, where there is no graphics device; SAM 2.1 tiny where there is one.
 *
 * @see EdgeTAM, arXiv:2501.07256, whose masks are somewhat less exact
 */
export function suggestModel(hasGraphicsDevice: boolean): PublishedModel {
  const [edgeTam, tiny = edgeTam] = PUBLISHED_MODELS;
  return hasGraphicsDevice ? tiny : edgeTam;
}
