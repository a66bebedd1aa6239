/** Whether this machine has moto's server, a stand-in for S3: `pip install "moto[server]"`. */
export declare const hasMoto: boolean;

/** A server that was started. */
export interface TestServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts moto's server on a free port, with no bucket in it. */
export declare function startMoto(): Promise<TestServer & { readonly port: number }>;

/** What is wrong with a store. */
export interface Faults {
  /** Each n-th request is answered 503 SlowDown. */
  slowDownEach: number;
  /** Each n-th is not answered. */
  dropEach: number;
  /** The first n parts of large objects are cut off in the middle. */
  cutParts?: number;
}

/** A server between a client and a store. */
export interface FaultyProxy extends TestServer {
  /** Parts of large objects so far. */
  readonly partsSeen: number;
  /** Answers nobody, or everybody again. */
  cut(isOff: boolean): void;
  /** Listings do not show what is written from now on, or all of it again. */
  hide(isLate: boolean): void;
}

/**
 * Starts a server that hands requests on, but for some.
 *
 * @param target  the port of the server behind it
 */
export declare function startFaultyProxy(target: number, faults: Faults): Promise<FaultyProxy>;
