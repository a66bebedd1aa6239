import { NotFoundError } from "@sam2js/core";
import { RequestError } from "../errors/request-error.js";
import { Engine, type EngineServices } from "./engine.js";
import type { ModelChoice } from "./load-model.js";

/** The models of a server, by name. They are loaded one after the other; the first is the default. */
export class Engines {
  /** Settles when all models are there, or one cannot be loaded. */
  readonly ready: Promise<void>;
  readonly #choices: readonly ModelChoice[];
  readonly #engines = new Map<string, Engine>();
  readonly #loading = new AbortController();

  constructor(choices: readonly ModelChoice[], services: EngineServices) {
    this.#choices = choices;
    this.ready = this.#load(services);
    this.ready.catch(() => undefined); // whoever starts the server is told
  }

  /** Those that are loaded. */
  get all(): readonly Engine[] {
    return [...this.#engines.values()];
  }

  /** Whether all are loaded. */
  get areReady(): boolean {
    return this.#engines.size === this.#choices.length;
  }

  /**
   * @param name  the default where it is missing
   * @throws {NotFoundError} the server has no such model  @throws {RequestError} 503: it is still being loaded
   */
  get(name = this.#choices[0]?.name ?? ""): Engine {
    const engine = this.#engines.get(this.choice(name).name);
    if (engine) return engine;
    throw RequestError.unavailable(`model ${name}: still being loaded; try again`);
  }

  /** How a model is loaded, also while it is. @param name  the default where it is missing  @throws {NotFoundError} the server has no such model */
  choice(name = this.#choices[0]?.name ?? ""): ModelChoice {
    const choice = this.#choices.find((each) => each.name === name);
    if (choice) return choice;
    const names = this.#choices.map((each) => each.name);
    throw NotFoundError.expected("model", names.join(" or "), JSON.stringify(name));
  }

  async dispose(): Promise<void> {
    this.#loading.abort(RequestError.unavailable("the server stops"));
    await this.ready.catch(() => undefined);
    for (const engine of this.all) await engine.dispose();
  }

  async #load(services: EngineServices): Promise<void> {
    for (const choice of this.#choices) {
      this.#engines.set(choice.name, await Engine.load(choice, services, this.#loading.signal));
    }
  }
}
