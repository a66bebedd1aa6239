import { DownloadError, NotFoundError, type Sam2Error } from "@sam2js/core";

/** Answers that may differ next time. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

export function isTransient(status: number): boolean {
  return TRANSIENT.has(status);
}

/** What was asked for, in the words of messages. */
export interface Asked {
  /** File, repository or URL. */
  readonly what: string;
  readonly hasToken: boolean;
  /** Page where access is asked for, if it is a repository of a Hub. */
  readonly page?: string | undefined;
}

/**
 * The typed error for an answer that says no.
 *
 * @param errorCode  the Hub's `X-Error-Code`
 */
export function httpError(status: number, errorCode: string | null, asked: Asked): Sam2Error {
  const { what, hasToken, page } = asked;
  const facts = (expected: string) => ({
    name: what,
    status,
    ...(errorCode === null ? {} : { hubError: errorCode }),
    expected,
    got: errorCode ?? status,
  });
  const login = hasToken ? "check that the token is valid and may read it" : "pass a token, or set HF_TOKEN";
  const at = page ? ` on ${page}` : "";
  if (errorCode === "GatedRepo") {
    return new DownloadError(
      `${what}: expected access, got ${status}: its owner asks for consent; accept the conditions${at}, then ${login}`,
      facts("access"),
      "ACCESS_DENIED",
    );
  }
  if (errorCode === "DisabledRepo") {
    return new DownloadError(
      `${what}: expected a repository, got one that was disabled${at}`,
      facts("a repository"),
      "ACCESS_DENIED",
    );
  }
  if (errorCode === "RevisionNotFound") {
    return new NotFoundError(
      `${what}: expected a branch, tag or commit, got one that does not exist; see the list${at}`,
      facts("a branch, tag or commit"),
    );
  }
  // The Hub answers 401 for repositories that do not exist, so as not to tell private ones apart.
  if (errorCode === "RepoNotFound") {
    return new NotFoundError(
      `${what}: there is no such repository, or it is private; check the name, or ${login}`,
      facts("a repository"),
    );
  }
  if (status === 401 || status === 403) {
    return new DownloadError(
      `${what}: expected access, got ${status}; ${login}`,
      facts("access"),
      "ACCESS_DENIED",
    );
  }
  if (status === 404 || status === 410) {
    return new NotFoundError(
      `${what}: expected a file or repository, got ${status} (not found); check the name`,
      facts("a file or repository"),
    );
  }
  if (status === 429) {
    return new DownloadError(
      `${what}: expected an answer, got 429 (too many requests); wait a while, or ${login}`,
      facts("an answer"),
      "RATE_LIMITED",
    );
  }
  return new DownloadError(
    `${what}: expected an answer, got HTTP status ${status}; try again later`,
    facts("an answer"),
  );
}
