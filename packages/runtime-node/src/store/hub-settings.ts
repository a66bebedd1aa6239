import { readFile } from "node:fs/promises";
import path from "node:path";
import type { HubSettings } from "@sam2js/core";
import { type Environment, expand, hubHome } from "./hub-cache-paths.js";

/** The Hub's settings of this machine, by the same variables and the same token file as Python's huggingface_hub. */
export async function readHubSettings(env: Environment): Promise<HubSettings> {
  return {
    endpoint: env.HF_ENDPOINT?.replace(/\/+$/, "") || undefined,
    token: await readToken(env),
    offline: isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
  };
}

async function readToken(env: Environment): Promise<string | undefined> {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const named = clean(env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN);
  if (named) return named;
  const file = env.HF_TOKEN_PATH ? expand(env.HF_TOKEN_PATH, env) : path.join(hubHome(env), "token");
  return clean(await readFile(file, "utf8").catch(() => undefined));
}

const clean = (token: string | undefined) => token?.replace(/[\r\n]/g, "").trim() || undefined;

const isTrue = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? "");
