/** Computing types a model may be loaded with. */
export type Dtype = "fp32" | "fp16" | "q8";
