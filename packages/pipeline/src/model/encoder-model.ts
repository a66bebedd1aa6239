import { type Loaded, requireLoaded, type SaveOptions, savePretrained } from "@sam2js/checkpoint";
import {
  checkOneArgument,
  checkOptions,
  type RuntimeCapabilities,
  raceAbort,
  SessionCache,
  type SessionOutputs,
  Tensor,
} from "@sam2js/core";
import { checkPixelValues, checkVisionOutputs, joinRows, type VisionInputs } from "@sam2js/embeddings";
import { type Graph, listOutputs, type TowerOptions } from "@sam2js/graph";

/** The lists of outputs that the graphs have. */
type List = "hidden_states" | "attentions" | "fpn_hidden_states" | "intermediate_hidden_states";

/** Names of {@link VisionInputs}, and what processors give beside them. */
const INPUTS = ["pixelValues", "originalSizes", "outputHiddenStates", "outputAttentions", "signal"];

type TowerOutputs = { last_hidden_state: "float32" } & Record<`${List}.${number}`, "float32">;

/** Writes the graph of a part of the vision encoder. */
type TowerGraph<Config> = Graph<Config, TowerOptions, { pixel_values: "float32" }, TowerOutputs>;

/** How one of the encoder-only models differs from the other. */
interface EncoderKind<Config> {
  readonly className: string;
  readonly graph: TowerGraph<Config>;
  /** [H, W] and channels of the pixels that a config asks for. */
  input(config: Config): { readonly imageSize: readonly [number, number]; readonly numChannels: number };
}

/** What the encoder-only models share: sessions of one graph, run image by image. */
export abstract class EncoderModel<Config extends { stringify(): string }> {
  /** This part of `config.json`, in the image size that is used. Immutable. */
  readonly config: Config;
  readonly #kind: EncoderKind<Config>;
  readonly #loaded: Loaded<Config>;
  readonly #prefix: string;
  readonly #sessions: SessionCache;
  readonly #capabilities: RuntimeCapabilities;

  /** @param prefix  of the part's tensors in the checkpoint */
  protected constructor(
    kind: EncoderKind<Config>,
    loaded: Loaded<Config>,
    prefix: string,
    capabilities: RuntimeCapabilities,
  ) {
    requireLoaded(loaded, new.target.name);
    this.config = loaded.config;
    this.#kind = kind;
    this.#loaded = loaded;
    this.#prefix = prefix;
    this.#sessions = new SessionCache(loaded.runtime, `model ${loaded.name}`);
    this.#capabilities = capabilities;
  }

  /** @internal Runs the graph on each image. */
  protected async encode(inputs: VisionInputs, rest: readonly unknown[]) {
    checkOneArgument(rest, `${this.#kind.className}.forward`);
    checkOptions(inputs, INPUTS, `${this.#kind.className}.forward`);
    const { pixelValues, outputHiddenStates = false, outputAttentions = false, signal } = inputs ?? {};
    this.#sessions.assertUsable();
    checkVisionOutputs(this.config, { outputHiddenStates, outputAttentions });
    const { imageSize, numChannels } = this.#kind.input(this.config);
    const pixels = checkPixelValues(pixelValues, imageSize, numChannels);
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

  /** @internal Makes the session that images need. */
  async warmUp(signal: AbortSignal | undefined): Promise<void> {
    await raceAbort(this.load(), signal);
  }

  /** @internal Makes the session of a variant. */
  load(hiddenStates = false, attentions = false) {
    return this.#sessions.get(`${hiddenStates} ${attentions}`, () =>
      this.#kind.graph(this.config, this.#loaded.weights, {
        attention: this.#capabilities.fusedAttention ? "fused" : "plain",
        prefix: this.#prefix,
        hiddenStates,
        attentions,
      }),
    );
  }

  /** Saves it as a checkpoint of this class alone; without a folder the files are handed out. See `Sam2Model.savePretrained`. */
  savePretrained(folder?: string | URL, options?: SaveOptions): Promise<File[]> {
    return savePretrained(this.#loaded, folder, options, this.#prefix);
  }

  /** Ends the model's sessions. Calling it twice is allowed. */
  dispose(): Promise<void> {
    return this.#sessions.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
