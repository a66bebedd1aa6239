import { ServerError } from "@sam2js/client";
import { InputError, NotFoundError, Sam2Error } from "@sam2js/core";
import { describe, expect, it } from "vitest";
import { faultOf, faultText } from "./server-fault.js";

const place = { url: "http://127.0.0.1:8000", token: undefined };
const refused = (status: number | undefined, code = "UNAVAILABLE") =>
  ServerError.fromProblem({ code, detail: "no" }, status);
/** As it comes out of the engine's worker. */
const crossed = (error: Sam2Error) =>
  Object.assign(new Sam2Error(error.code, error.message, error.facts), { name: error.name });

describe("what is wrong with a server", () => {
  it.each([
    [refused(undefined), "unreachable"],
    [refused(401, "ACCESS_DENIED"), "token"],
    [refused(403, "ACCESS_DENIED"), "origin"],
    [refused(404, "NOT_FOUND"), "changed"],
    [refused(404, "UNEXPECTED"), "stranger"],
    [refused(429, "RATE_LIMITED"), "busy"],
    [refused(503), "stopping"],
    [new SyntaxError("<html>"), "stranger"],
    [InputError.expected("imageEmbeddings", "those of this model", "others"), "changed"],
    [refused(422, "INVALID_IMAGE"), undefined],
    [refused(413, "TOO_LARGE"), undefined],
    [NotFoundError.expected("embedding", "one", "none"), undefined],
  ])("%s: %s", (error, fault) => {
    expect(faultOf(error, place)).toBe(fault);
    if (Sam2Error.isInstance(error)) expect(faultOf(crossed(error), place)).toBe(fault);
  });

  it("is another thing where there was a token", () => {
    expect(faultOf(refused(401), { ...place, token: "x" })).toBe("unknownToken");
  });

  it("is said with the server's name", () => {
    Object.assign(globalThis, { location: { origin: "https://here.example" } });
    expect(faultText("origin", place)).toContain("127.0.0.1:8000 is there");
    expect(faultText("origin", place)).toContain("--allow-origin https://here.example");
  });
});
