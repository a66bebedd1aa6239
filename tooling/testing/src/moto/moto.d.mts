/** Whether this machine has moto's server, a stand-in for S3: `pip install "moto[server]"`. */
export declare const hasMoto: boolean;

/** A server that was started. */
export interface TestServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts moto's server on a free port, with no bucket in it. */
export declare function startMoto(): Promise<TestServer & { readonly port: number }>;

/**
 * Starts a server that hands requests on and answers some of them as a store does that is asked too much (503 SlowDown), or not at all.
 *
 * @param target  the port of the server behind it
 */
export declare function startFaultyProxy(
  target: number,
  faults: { slowDownEach: number; dropEach: number },
): Promise<TestServer>;
