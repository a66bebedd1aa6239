import { describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/errors.js";
import { checkHubKey } from "./check-hub-key.js";

const key = { repo: "facebook/sam2.1-hiera-tiny", commit: "a".repeat(40), path: "model.safetensors" };

describe("checkHubKey", () => {
  it("takes files of repositories, in folders and with dots in their names too", () => {
    for (const path of ["config.json", "onnx/model.v2..bin", ".gitattributes", "a b/ü.json"]) {
      expect(() => checkHubKey({ ...key, path })).not.toThrow();
    }
    expect(() => checkHubKey({ ...key, repo: "gpt2" })).not.toThrow();
  });

  it.each(["", "/etc/passwd", "../x", "a/../../x", "a//b", "./x", "..\\x", "a/..", "a\u0000b", "a\nb"])(
    "refuses the path %j",
    (path) => {
      expect(() => checkHubKey({ ...key, path })).toThrow(CheckpointError);
    },
  );

  it.each(["", "..", "../x", "a/b/c", "a/..", "/a", "a b/c"])("refuses the repository %j", (repo) => {
    expect(() => checkHubKey({ ...key, repo })).toThrow(CheckpointError);
  });

  it.each(["", "..", "a/b"])("refuses the commit %j", (commit) => {
    expect(() => checkHubKey({ ...key, commit })).toThrow(CheckpointError);
  });
});
