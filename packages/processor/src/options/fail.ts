import { ConfigError, describeValue, InputError } from "@sam2js/core";

/** Ends the reading of an option in a typed error. */
export type Fail = (name: string, expected: string, got: unknown, next?: string) => never;

/** For options in code: an {@link InputError}. */
export const failInput: Fail = (name, expected, got, next) => {
  throw InputError.expected(name, expected, describeValue(got), next);
};

/** For options in a file: a {@link ConfigError} that names the key as the file does. */
export const failConfig: Fail = (name, expected, got, next) => {
  throw ConfigError.expected(name, expected, describeValue(got), next);
};
