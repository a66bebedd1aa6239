export interface HostRequests {
  readonly host: string;
  readonly isOwn: boolean;
  readonly count: number;
  /** Received over the network or from the browser's cache, as far as the host lets the page know. */
  readonly bytes: number;
}

/** Every request that the page made, as the browser has counted them. Requests of workers are counted by the browser apart. */
export function requestsByHost(): HostRequests[] {
  const hosts = new Map<string, { count: number; bytes: number }>();
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ] as PerformanceResourceTiming[];
  for (const { name, decodedBodySize } of entries) {
    const url = new URL(name);
    if (url.protocol !== "http:" && url.protocol !== "https:") continue;
    const { count, bytes } = hosts.get(url.host) ?? { count: 0, bytes: 0 };
    hosts.set(url.host, { count: count + 1, bytes: bytes + decodedBodySize });
  }
  return [...hosts].map(([host, facts]) => ({ host, isOwn: host === location.host, ...facts }));
}
