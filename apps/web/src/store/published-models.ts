export interface PublishedModel {
  readonly id: string;
  readonly name: string;
  readonly megabytes: number;
  /** Of its encoder, 10⁹ multiplications for 224 × 224 pixels (Hiera, arXiv:2306.00989, table 3): what one takes tells what another will. */
  readonly work: number;
}

/** Meta's checkpoints, as published. */
export const PUBLISHED_MODELS: readonly PublishedModel[] = [
  { id: "facebook/sam2.1-hiera-tiny", name: "tiny", megabytes: 156, work: 5 },
  { id: "facebook/sam2.1-hiera-small", name: "small", megabytes: 184, work: 6 },
  { id: "facebook/sam2.1-hiera-base-plus", name: "base-plus", megabytes: 324, work: 13 },
  { id: "facebook/sam2.1-hiera-large", name: "large", megabytes: 898, work: 40 },
];
