import type { Sam2ErrorCode } from "./error-codes.js";

/** Facts about an error that programs may want to read. */
export interface ErrorFacts {
  /** What went wrong underneath. */
  readonly cause?: unknown;
  /** The thing that the message is about: an argument, a file, a tensor. */
  readonly name?: unknown;
  /** What was expected: a value, a range, or words for it. Given wherever the message says "expected". */
  readonly expected?: unknown;
  /** What came instead. Given wherever the message says "got". */
  readonly got?: unknown;
  readonly [fact: string]: unknown;
}

/** An error class, whatever its constructor takes. */
export interface ErrorClass<T extends Sam2Error = Sam2Error> {
  /** Instances of the class, for the type system only: {@link isInstance} goes by a registered symbol, not by prototypes. */
  readonly prototype: T;
  /** Name of the class: part of the registered symbol by which {@link isInstance} knows its errors, and their `name`. */
  readonly symbolName: string;
  /** Whether a value is an error of this class or a descendant, also when it came from another copy of the package. */
  isInstance(error: unknown): error is T;
}

const BRAND = "sam2js.error.";

/**
 * The base of every error that sam2js throws on purpose.
 *
 * `code` is for programs, `message` for people: it names the thing, what was expected, what came and what to do next.
 * The facts given to the constructor are in `facts`, but for the cause, which is in `cause`.
 */
export class Sam2Error extends Error {
  /** Name of the class, which each descendant overrides: errors carry it as `name` and as a registered symbol. */
  static readonly symbolName: string = "Sam2Error";
  /** For programs, in capitals: `INVALID_INPUT`, `NOT_FOUND`, … Each class states its codes, `Sam2ErrorCodes` what they mean. */
  readonly code: Sam2ErrorCode;
  /** What the message speaks of, as fields (the name, what was expected, what came), without the cause. */
  readonly facts: Readonly<Omit<ErrorFacts, "cause">>;

  constructor(code: Sam2ErrorCode, message: string, facts: ErrorFacts = {}) {
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

  /**
   * The error of something that is not as expected, which its message and its facts say alike:
   * `throw InputError.expected("count", "a whole number", 1.5, "round it")`.
   *
   * @param name  what is wrong: an argument, a file
   * @param got   a number, sizes, or words: `describeValue` finds them for values of any kind
   * @param next  what to do about it
   * @param cause  what went wrong underneath
   */
  static expected<T extends Sam2Error>(
    this: new (
      message: string,
      facts: ErrorFacts,
    ) => T,
    name: string,
    expected: string,
    got: string | number | readonly number[],
    next?: string,
    cause?: unknown,
  ): T {
    const words = Array.isArray(got) ? `[${got.join(", ")}]` : got;
    const advice = next ? `; ${next}` : "";
    return new this(`${name}: expected ${expected}, got ${words}${advice}`, { name, expected, got, cause });
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
