/** Whether this machine has a Redis; Debian's package is `redis-server`. */
export declare const hasRedis: boolean;

/** A Redis that was started. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Lets it answer nobody for so long. */
  freeze(ms: number): Promise<void>;
  /** Ends it as a power cut does. */
  stop(): Promise<void>;
}

/** Starts a Redis with an append-only file: on a free port, or on that of one that was ended, whose file it goes on with. */
export declare function startRedis(options: { folder: string; port?: number }): Promise<TestRedis>;
