/** One graph in an engine, shared by all sessions that ask for the same. */
export interface LoadedGraph {
  /** What it is known by. */
  readonly key: string;
  /** Sessions that use it; 0 once nobody waits for it any more. */
  users: number;
  /** The engine's number for it. */
  readonly number: Promise<number>;
}

/** The graphs of one engine: each is loaded once and released after its last user has left. */
export class SharedGraphs {
  readonly #graphs = new Map<string, LoadedGraph>();

  /** Those that are loaded or being loaded. */
  [Symbol.iterator](): Iterator<LoadedGraph> {
    return this.#graphs.values();
  }

  /**
   * Counts one more user of a graph and loads it when it is not there. Each call is answered by one of {@link leave}.
   *
   * @param load  loads it and gives the engine's number; it is called after the graph is known by its key, and one that fails is forgotten
   */
  enter(key: string, load: (graph: LoadedGraph) => Promise<number>): LoadedGraph {
    const known = this.#graphs.get(key);
    if (known) {
      known.users += 1;
      return known;
    }
    const number: Promise<number> = Promise.resolve().then(() => load(graph));
    const graph: LoadedGraph = { key, users: 1, number };
    this.#graphs.set(key, graph);
    number.catch(() => this.#forget(graph));
    return graph;
  }

  /** Ends one use of a graph; for the last one `release` gets the engine's number, unless it never had one. */
  async leave(graph: LoadedGraph, release: (number: number) => Promise<void>): Promise<void> {
    graph.users -= 1;
    if (graph.users > 0) return;
    this.#forget(graph);
    const number = await graph.number.catch(() => undefined);
    if (number !== undefined) await release(number);
  }

  /** Forgets all, where the engine ends with everything in it. */
  clear(): void {
    this.#graphs.clear();
  }

  #forget(graph: LoadedGraph): void {
    if (this.#graphs.get(graph.key) === graph) this.#graphs.delete(graph.key);
  }
}
