/** A port of 127.0.0.1 that nobody listens on, for programs that cannot choose one by themselves. */
export function freePort(): Promise<number>;
