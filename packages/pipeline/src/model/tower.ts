import type { Loaded } from "@sam2js/checkpoint";
import { type RuntimeCapabilities, raceAbort, SessionCache, type SessionOutputs, Tensor } from "@sam2js/core";
import { type Graph, listOutputs, type TowerOptions } from "@sam2js/graph";
import { joinRows } from "./arrange.js";
import { checkPixelValues } from "./check-pixel-values.js";
import type { VisionInputs } from "./vision-output.js";

type List = "hidden_states" | "attentions" | "fpn_hidden_states" | "intermediate_hidden_states";
type TowerOutputs = { last_hidden_state: "float32" } & Record<`${List}.${number}`, "float32">;

/** Writes the graph of a part of the vision encoder. */
type TowerGraph<Config> = Graph<Config, TowerOptions, { pixel_values: "float32" }, TowerOutputs>;

/** What the encoder-only models share: sessions of one graph, run image by image. */
export class Tower<Config> {
  readonly #loaded: Loaded<Config>;
  readonly #graph: TowerGraph<Config>;
  readonly #prefix: string;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;

  constructor(
    loaded: Loaded<Config>,
    graph: TowerGraph<Config>,
    prefix: string,
    capabilities: RuntimeCapabilities,
  ) {
    this.#loaded = loaded;
    this.#graph = graph;
    this.#prefix = prefix;
    this.#sessions = new SessionCache(loaded.runtime, `model ${loaded.name}`);
    this.#capabilities = capabilities;
  }

  /** @param size  [H, W] and channels of the input */
  async run(inputs: VisionInputs, size: readonly [number, number], channels: number) {
    const { outputHiddenStates = false, outputAttentions = false, signal } = inputs;
    this.#sessions.assertUsable();
    const pixels = checkPixelValues(inputs.pixelValues, size, channels);
    const session = await raceAbort(this.load(outputHiddenStates, outputAttentions), signal);
    const results: SessionOutputs<TowerOutputs, never>[] = [];
    for (let image = 0; image < pixels.batchSize; image++) {
      const pixel_values = new Tensor("float32", pixels.imageData(image), pixels.dims);
      results.push(await session.run({ pixel_values }, { signal }));
    }
    const list = (name: List) => joinRows(results.map((result) => listOutputs(result, name)));
    const [lastHiddenState] = joinRows(results.map(({ last_hidden_state }) => [last_hidden_state]));
    return {
      lastHiddenState: lastHiddenState as Tensor<"float32">, // there is an image
      list,
      ...(outputHiddenStates && { hiddenStates: list("hidden_states") }),
      ...(outputAttentions && { attentions: list("attentions") }),
    };
  }

  load(hiddenStates = false, attentions = false) {
    return this.#sessions.get(`${hiddenStates} ${attentions}`, () =>
      this.#graph(this.#loaded.config, this.#loaded.weights, {
        attention: this.#capabilities.fusedAttention ? "fused" : "plain",
        prefix: this.#prefix,
        hiddenStates,
        attentions,
      }),
    );
  }

  dispose(): Promise<void> {
    return this.#sessions.dispose();
  }
}
