/** Something looked at on this machine. */
export interface Check {
  readonly name: string;
  /** `info` is neither good nor bad. */
  readonly state: "ok" | "missing" | "info";
  readonly detail: string;
}
