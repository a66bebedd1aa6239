import type { Tenant } from "../access/tenants.js";
import type { LabelStudioSettings } from "./label-studio-options.js";
import { Credentials } from "./media/credentials.js";
import type { ProjectOptions } from "./project-options.js";

/** A project that was set up. */
export interface Connection {
  /** How Label Studio calls itself; undefined where the project was not set up since the server began. */
  readonly hostname: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly options: ProjectOptions;
}

/** Projects are set up anew whenever Label Studio looks at them: forgetting the oldest costs nothing that lasts. */
const MAX_PROJECTS = 1000;

/** What Label Studio said of each project at set-up: predictions come without it. */
export class Connections {
  readonly #settings: LabelStudioSettings;
  readonly #projects = new Map<string, Connection>();
  readonly #own: Credentials | undefined;

  constructor(settings: LabelStudioSettings) {
    this.#settings = settings;
    this.#own = settings.token ? new Credentials(settings.base, settings.token) : undefined;
  }

  /** @param sent  its token is used where the server was given none */
  setUp(
    tenant: Tenant,
    project: string,
    sent: Pick<Connection, "hostname" | "options"> & { readonly token: string | undefined },
  ): void {
    const { hostname, token, options } = sent;
    const key = keyOf(tenant, project);
    const credentials = this.#own ?? (token ? new Credentials(this.#settings.base, token) : undefined);
    this.#projects.delete(key);
    this.#projects.set(key, { hostname, credentials, options });
    const [oldest] = this.#projects.keys();
    if (this.#projects.size > MAX_PROJECTS && oldest !== undefined) this.#projects.delete(oldest);
  }

  get(tenant: Tenant, project: string): Connection {
    const known = this.#projects.get(keyOf(tenant, project));
    return known ?? { hostname: undefined, credentials: this.#own, options: {} };
  }
}

function keyOf(tenant: Tenant, project: string): string {
  return JSON.stringify([tenant, project]);
}
