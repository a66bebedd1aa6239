import { checkList, checkOptions, InputError } from "@sam2js/core";
import { createNodeRuntime, type NodeRuntimeOptions } from "@sam2js/runtime-node";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { ModelChoice } from "../../engine/load-model.js";
import { DEFAULT_LIMITS } from "../../limits.js";
import { type CvatAccess, CvatApi } from "../api/cvat-api.js";
import { CvatError } from "../api/cvat-error.js";
import { Tasks } from "../api/tasks.js";
import { type AgentFunction, FUNCTION_KINDS, type FunctionKind } from "../functions/agent-function.js";
import type { DetectorMode } from "../functions/detector.js";
import { FunctionMaker } from "./create-function.js";
import { FunctionAgent } from "./function-agent.js";
import { InteractiveGate } from "./interactive-gate.js";
import { AGENT_TIMING, type AgentTiming } from "./timing.js";

/** A function that an agent registers in CVAT. */
export interface NewCvatFunction {
  /** What it is asked for: `"interactor"`, `"tracker"` or `"detector"`. */
  readonly kind: FunctionKind;
  /** What people choose it by. Default: the model's name. */
  readonly name?: string | undefined;
  /** Who may use it: `"private"` (default), or `"public"` for all users of the server. */
  readonly visibility?: "private" | "public" | undefined;
}

/** A function of CVAT that an agent works for. */
export interface CvatFunction {
  /** By which CVAT knows it. */
  readonly id: number;
  /** What it is asked for. */
  readonly kind: FunctionKind;
  /** Whether this run has registered it. */
  readonly isNew: boolean;
}

/** What an agent for CVAT does, and how. */
export interface CvatAgentOptions extends CvatAccess {
  /** Ids of functions that are registered already; their kinds are looked up. */
  readonly functions?: readonly number[] | undefined;
  /** Functions to register first. */
  readonly create?: readonly NewCvatFunction[] | undefined;
  /** The model. Default: nano, which lies in its package. */
  readonly model?: string | ModelChoice | undefined;
  /** Folder that keeps embeddings beyond the process, as `sam2 encode` fills one. Default: memory only. */
  readonly embeddings?: string | undefined;
  /** What a detector looks for. Default `"everything"`. */
  readonly detect?: DetectorMode | undefined;
  /** What a new detector calls its objects. Default `"object"`. */
  readonly label?: string | undefined;
  /** Where the model runs: device, threads. */
  readonly runtime?: NodeRuntimeOptions | undefined;
  /** How often CVAT is asked. Default: as cvat-cli does. */
  readonly timing?: Partial<AgentTiming> | undefined;
  /** Time for work under way once the agent is told to stop, in ms. Default 25,000: orchestrators kill after 30 s. */
  readonly drainMs?: number | undefined;
  /** Told what goes on, a line at a time. */
  readonly log?: ((line: string) => void) | undefined;
  /** Told the functions, when all are registered and work begins. */
  readonly onReady?: ((functions: readonly CvatFunction[]) => void) | undefined;
  /** Aborting stops the agent: it takes no new request, and ends those under way. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: readonly (keyof CvatAgentOptions)[] = [
  ...(["server", "token", "organization", "functions", "create", "model", "embeddings", "detect"] as const),
  ...(["label", "runtime", "timing", "drainMs", "log", "onReady", "signal"] as const),
];

const RemoteFunction = Type.Object({ id: Type.Integer(), provider: Type.String(), kind: Type.String() });

interface Worker extends CvatFunction {
  readonly work: AgentFunction;
}

/**
 * Works for CVAT (Online and Enterprise) until it is told to stop: interactors, trackers and detectors that run on this machine. Nothing
 * listens; CVAT is asked for requests.
 *
 * @throws {InputError} an option is not valid, or a function of CVAT is none for this agent
 * @throws {CvatError} CVAT refuses the agent: the token, or a function that is gone
 */
export async function runCvatAgent(options: CvatAgentOptions): Promise<void> {
  checkOptions(options ?? null, OPTIONS, "runCvatAgent");
  const { functions = [], create = [], model = "nano", drainMs = DEFAULT_LIMITS.drainMs } = options;
  const { log = () => undefined, signal: stop = new AbortController().signal } = options;
  checkList(functions, "functions", "a list of ids of functions");
  checkList(create, "create", "a list of functions to register");
  if (functions.length + create.length === 0)
    throw InputError.expected("functions", "the id of a function, or a kind to create", "neither");
  const api = new CvatApi(options);
  const found = await Promise.all(functions.map((id) => findFunction(api, id, stop)));
  await using runtime = createNodeRuntime(options.runtime);
  await using maker = new FunctionMaker({
    runtime,
    model: typeof model === "string" ? { name: model } : model,
    embeddings: options.embeddings,
    tasks: new Tasks(api, DEFAULT_LIMITS),
    detect: options.detect ?? "everything",
    label: options.label ?? "object",
    signal: stop,
  });
  // Models first: a function without an agent would only make people wait.
  const made: AgentFunction[] = [];
  for (const { kind } of [...found, ...create]) made.push(await maker.create(kind));
  const workers: Worker[] = [];
  for (const [index, work] of made.entries()) {
    const wanted = create[index - found.length];
    const known =
      found[index] ?? (await register(api, work, { kind: work.kind, ...wanted }, nameOf(model), stop));
    workers.push({ ...known, work });
  }
  options.onReady?.(workers.map(({ id, kind, isNew }) => ({ id, kind, isNew })));
  try {
    await workAll(workers, { api, timing: { ...AGENT_TIMING, ...options.timing }, log }, stop, drainMs);
  } finally {
    for (const { work } of workers) await work.dispose();
  }
}

/** Runs the agents of all functions. When one cannot go on all stop. */
async function workAll(
  workers: readonly Worker[],
  shared: { readonly api: CvatApi; readonly timing: AgentTiming; readonly log: (line: string) => void },
  signal: AbortSignal,
  drainMs: number,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const drain = () => {
    timer = setTimeout(() => ending.abort(stop.reason), drainMs);
  };
  if (stop.aborted) drain();
  else stop.addEventListener("abort", drain, { once: true });
  const gate = new InteractiveGate();
  const running = workers.map(({ id, work }) =>
    new FunctionAgent({ ...shared, id, work, gate }).run(stop, ending.signal).catch((error) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(running);
  clearTimeout(timer);
  await Promise.all(running);
}

async function findFunction(api: CvatApi, id: number, signal: AbortSignal): Promise<CvatFunction> {
  const { kind, provider } = readFunction(await api.json("GET", `api/functions/${id}`, { signal }));
  const known = FUNCTION_KINDS.find((each) => each === kind);
  if (known && provider === "native") return { id, kind: known, isNew: false };
  const expected = `a native ${FUNCTION_KINDS.join(", ")}`;
  throw InputError.expected(`function ${id}`, expected, `${provider} ${kind}`, "create one with --create");
}

async function register(
  api: CvatApi,
  { fields }: AgentFunction,
  { kind, name, visibility = "private" }: NewCvatFunction,
  modelName: string,
  signal: AbortSignal,
): Promise<CvatFunction> {
  const body = {
    provider: "native",
    name: name ?? `SAM 2 ${kind} (${modelName})`,
    visibility,
    kind,
    ...fields,
  };
  const { id } = readFunction(await api.json("POST", "api/functions", { body, signal }));
  return { id, kind, isNew: true };
}

function readFunction(answer: unknown) {
  if (Check(RemoteFunction, answer)) return answer;
  throw new CvatError(
    "api/functions: expected a function with id, provider and kind, got other fields",
    undefined,
  );
}

function nameOf(model: string | ModelChoice): string {
  return typeof model === "string" ? model : model.name;
}
