import type { AgentRequest, RequestType } from "./requests.js";

/** What CVAT calls the kinds of functions. */
export const FUNCTION_KINDS = ["interactor", "tracker", "detector"] as const;
/** What a function does for CVAT: follow a click, a track, or find everything. */
export type FunctionKind = (typeof FUNCTION_KINDS)[number];

/** How a request is worked on. */
export interface RequestWork {
  readonly signal: AbortSignal;
  /** Tells how much is done, 0 to 1, and waits until nobody with a more urgent request does any longer. */
  readonly onProgress: (share: number) => Promise<void>;
}

/** A function of CVAT: works on requests of some types. */
export interface AgentFunction<T extends RequestType = RequestType> {
  readonly kind: FunctionKind;
  readonly accepts: readonly T[];
  /** What CVAT is told of it when it is registered. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** @returns  what the request is completed with */
  run(request: AgentRequest<T>, work: RequestWork): Promise<object>;
  /** Gives back what is kept between requests. */
  dispose(): Promise<void>;
}
