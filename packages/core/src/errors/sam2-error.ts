/** Facts about an error that programs may want to read. */
export interface ErrorFacts {
  /** What went wrong underneath. */
  readonly cause?: unknown;
  readonly [fact: string]: unknown;
}

/** An error class, whatever its constructor takes. */
export interface ErrorClass<T extends Sam2Error = Sam2Error> {
  readonly prototype: T;
  readonly symbolName: string;
  isInstance(error: unknown): error is T;
}

const BRAND = "sam2js.error.";

/**
 * The base of every error that sam2js throws on purpose.
 *
 * `code` is for programs, `message` for people: it names the thing, what was expected, what came and what to do next.
 * The facts given to the constructor are own properties of the error.
 */
export class Sam2Error extends Error {
  static readonly symbolName: string = "Sam2Error";
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    const { cause, ...rest } = facts;
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.symbolName;
    this.code = code;
    this.facts = rest;
    for (
      let type = new.target as unknown as { symbolName?: string };
      type?.symbolName;
      type = Object.getPrototypeOf(type)
    ) {
      Object.defineProperty(this, Symbol.for(BRAND + type.symbolName), { value: true });
    }
  }

  /** Recognises this class and its descendants, also when the error came from another copy of the package. */
  static isInstance<T extends Sam2Error>(
    this: { readonly symbolName: string; readonly prototype: T },
    error: unknown,
  ): error is T {
    return (
      typeof error === "object" &&
      error !== null &&
      (error as Record<symbol, unknown>)[Symbol.for(BRAND + this.symbolName)] === true
    );
  }
}
