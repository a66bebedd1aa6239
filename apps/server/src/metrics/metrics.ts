import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is counted, for Prometheus and the start page. One set for each server. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: "sam2_requests_total",
    help: "Answered requests.",
    labelNames: ["method", "route", "status"],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: "sam2_request_seconds",
    help: "Time from the request's head to the end of its answer.",
    labelNames: ["route"],
    buckets: [0.01, 0.03, 0.06, 0.1, 0.3, 1, 3, 10, 30, 60],
    registers: [this.registry],
  });
  readonly encodes = new Counter({
    name: "sam2_encodes_total",
    help: "Pictures that were encoded because no embedding of them was there.",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly hits = new Counter({
    name: "sam2_embedding_hits_total",
    help: "Embeddings that were there already: in memory, or in the store on disk.",
    labelNames: ["model", "where"],
    registers: [this.registry],
  });
  readonly masks = new Counter({
    name: "sam2_masks_total",
    help: "Masks handed out.",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly restarts = new Counter({
    name: "sam2_engine_restarts_total",
    help: "Engines that were lost and started again.",
    labelNames: ["model"],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A number that is looked up when it is asked for. */
  gauge(name: string, help: string, read: () => Readonly<Record<string, number>>, label: string): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [key, value] of Object.entries(read())) this.set({ [label]: key }, value);
      },
    });
  }
}
