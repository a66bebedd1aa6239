import type { Tenant } from "../access/tenants.js";

/** Which tenant may use which embedding: each has to show the picture once. The ids used last are remembered. */
export class Grants {
  readonly #isNeeded: boolean;
  readonly #maxIds: number;
  readonly #ids = new Map<Tenant, Set<string>>();

  /** @param isNeeded  false where there is one tenant, who may use all that is there  @param maxIds  of each tenant */
  constructor(isNeeded: boolean, maxIds: number) {
    this.#isNeeded = isNeeded;
    this.#maxIds = maxIds;
  }

  give(tenant: Tenant, id: string): void {
    if (!this.#isNeeded) return;
    const ids = this.#ids.get(tenant) ?? new Set();
    this.#ids.set(tenant, ids);
    ids.delete(id);
    ids.add(id);
    const [oldest] = ids;
    if (ids.size > this.#maxIds && oldest !== undefined) ids.delete(oldest);
  }

  has(tenant: Tenant, id: string): boolean {
    return !this.#isNeeded || (this.#ids.get(tenant)?.has(id) ?? false);
  }

  /** @returns whether another tenant still has it */
  take(tenant: Tenant, id: string): boolean {
    this.#ids.get(tenant)?.delete(id);
    return [...this.#ids.values()].some((ids) => ids.has(id));
  }
}
