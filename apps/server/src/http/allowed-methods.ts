import type { ServerApp } from "../services.js";

/** Remembers the routes of an app, so that a path that is there for other methods is told from one that is not there at all. */
export class AllowedMethods {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  constructor(app: ServerApp) {
    app.addHook("onRoute", ({ url, method }) => {
      if (url === "*") return; // CORS answers OPTIONS of any path
      const source = url.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll(/:\w+/g, "[^/]+");
      const pattern = new RegExp(`^${source.replaceAll("*", ".*")}$`);
      this.#routes.push({ pattern, methods: [method].flat() });
    });
  }

  /** The methods that a path is there for. */
  of(path: string): string[] {
    const matching = this.#routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
  }
}
