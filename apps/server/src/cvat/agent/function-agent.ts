import { randomBytes } from "node:crypto";
import { Sam2Error } from "@sam2js/core";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { CvatApi } from "../api/cvat-api.js";
import { CvatError } from "../api/cvat-error.js";
import type { AgentFunction } from "../functions/agent-function.js";
import { parseRequest } from "../functions/requests.js";
import type { InteractiveGate } from "./interactive-gate.js";
import { CATEGORIES, type Category, PotentialWork } from "./potential-work.js";
import { type AgentTiming, around, Backoff, pause } from "./timing.js";
import { watchQueue } from "./watch-queue.js";

const Acquired = Type.Object({
  ar_assignment: Type.Union([Type.Null(), Type.Object({ ar_id: Type.String(), ar_params: Type.Unknown() })]),
});

/** A request that CVAT gave to this agent. */
interface Assignment {
  readonly ar_id: string;
  readonly ar_params: unknown;
}

/** How often a result is sent before it is given up. */
const MAX_COMPLETIONS = 4;

/** What an agent of one function stands on. */
export interface FunctionAgentParts {
  readonly api: CvatApi;
  /** Id of the function in CVAT. */
  readonly id: number;
  readonly work: AgentFunction;
  readonly gate: InteractiveGate;
  readonly timing: AgentTiming;
  readonly log: (line: string) => void;
}

/**
 * Works on the requests of one function of CVAT. Urgent requests and others have a loop each: an urgent one is taken at once, and the other
 * work pauses at its next step.
 *
 * @see `cvat_cli/_internal/agent.py` of cvat-cli 2.80.0
 */
export class FunctionAgent {
  readonly #parts: FunctionAgentParts;
  readonly #queue: string;
  readonly #agentId = randomBytes(16).toString("hex");
  readonly #potential = new PotentialWork();
  #isConnected = false;

  constructor(parts: FunctionAgentParts) {
    this.#parts = parts;
    this.#queue = `api/functions/queues/function:${parts.id}`;
  }

  /**
   * Goes on until `stop` aborts and what is under way has ended.
   *
   * @param ending  aborts what is under way; CVAT gives it to another agent after a while
   * @throws {CvatError} CVAT refuses this agent: the function is gone, or the token
   */
  async run(stop: AbortSignal, ending: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([stop, failed.signal]);
    const { api, timing } = this.#parts;
    const watching = watchQueue(
      {
        api,
        queue: this.#queue,
        work: this.#potential,
        timing,
        log: (line) => this.#log(line),
        onConnected: (isConnected) => {
          this.#isConnected = isConnected;
        },
      },
      stopped,
    );
    const serving = CATEGORIES.map((category) =>
      this.#serve(category, stopped, ending).catch((error) => {
        failed.abort();
        throw error;
      }),
    );
    await Promise.allSettled([watching, ...serving]);
    await Promise.all(serving);
  }

  async #serve(category: Category, stop: AbortSignal, ending: AbortSignal): Promise<void> {
    const { pollMs, rarePollMs } = this.#parts.timing;
    while (!stop.aborted) {
      await this.#potential.take(category, around(this.#isConnected ? rarePollMs : pollMs), stop);
      await this.#empty(category, stop, ending);
    }
  }

  /** Works on all requests of a category that there are. */
  async #empty(category: Category, stop: AbortSignal, ending: AbortSignal): Promise<void> {
    const { gate, timing } = this.#parts;
    const backoff = new Backoff(timing);
    const isUrgent = category === "interactive";
    let waitMs = 0;
    while (!stop.aborted) {
      if (waitMs > 0) await pause(waitMs, stop);
      using _busy = isUrgent ? gate.enter() : undefined;
      if (!isUrgent) await gate.calm();
      if (stop.aborted) return;
      try {
        const assignment = await this.#acquire(category, ending);
        if (!assignment) return;
        waitMs = 0;
        backoff.reset();
        await this.#process(assignment, isUrgent, ending);
      } catch (error) {
        if (ending.aborted) return;
        waitMs = backoff.after(error);
        this.#log(`trying again in ${(waitMs / 1000).toFixed(1)} s: ${(error as Error).message}`);
      }
    }
  }

  /** The request that was waiting for longest; an agent that stops still takes an answer that is on its way. */
  async #acquire(category: Category, signal: AbortSignal): Promise<Assignment | null> {
    const path = `${this.#queue}/requests/acquire`;
    const body = { agent_id: this.#agentId, request_category: category };
    const answer = await this.#parts.api.json("POST", path, { body, signal });
    if (Check(Acquired, answer)) return answer.ar_assignment;
    throw new CvatError(`POST ${path}: expected ar_assignment, got something else`, undefined);
  }

  async #process({ ar_id, ar_params }: Assignment, isUrgent: boolean, signal: AbortSignal): Promise<void> {
    const { work, gate, timing } = this.#parts;
    let progress = 0;
    const reporting = setInterval(() => void this.#update(ar_id, progress), timing.updateMs);
    const began = performance.now();
    try {
      const request = parseRequest(ar_params, work.accepts);
      const onProgress = async (share: number) => {
        progress = share;
        if (!isUrgent) await gate.calm();
        signal.throwIfAborted();
      };
      const result = await work.run(request, { signal, onProgress });
      await this.#complete(ar_id, result, signal);
      const where = "frame" in request ? ` frame ${request.frame}` : "";
      const ms = Math.round(performance.now() - began);
      this.#log(`${request.type} task ${request.task}${where}: done in ${ms} ms`);
    } catch (error) {
      if (signal.aborted) this.#log(`request ${ar_id} is left to another agent`);
      else await this.#fail(ar_id, error, signal);
    } finally {
      clearInterval(reporting);
    }
  }

  async #complete(id: string, result: object, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#parts.timing);
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#post(id, "complete", result, signal);
      } catch (error) {
        if (tries === MAX_COMPLETIONS) throw error;
        await pause(backoff.after(error), signal);
      }
    }
  }

  async #fail(id: string, error: unknown, signal: AbortSignal): Promise<void> {
    this.#log(`request ${id} failed: ${error instanceof Error ? error.message : error}`);
    await this.#post(id, "fail", { exc_info: reasonOf(error) }, signal).catch((cause) =>
      this.#log(`and CVAT could not be told: ${(cause as Error).message}`),
    );
  }

  async #update(id: string, progress: number): Promise<void> {
    await this.#post(id, "update", { progress }, AbortSignal.timeout(this.#parts.timing.updateMs)).catch(
      (error) => this.#log(`progress could not be told: ${error.message}`),
    );
  }

  async #post(
    id: string,
    action: "complete" | "fail" | "update",
    more: object,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `${this.#queue}/requests/${encodeURIComponent(id)}/${action}`;
    await this.#parts.api.json("POST", path, { body: { agent_id: this.#agentId, ...more }, signal });
  }

  #log(line: string): void {
    this.#parts.log(`function ${this.#parts.id}: ${line}`);
  }
}

/** What users of the function may read: what is wrong with their request, and nothing of this machine. */
function reasonOf(error: unknown): string {
  if (CvatError.isInstance(error)) return `CVAT answered the agent with status ${error.status ?? "none"}`;
  if (!Sam2Error.isInstance(error)) return "Unknown error";
  const isAboutRequest = ["INVALID_INPUT", "INVALID_IMAGE", "NOT_FOUND", "TOO_LARGE"].includes(error.code);
  return isAboutRequest ? error.message : `The model failed (${error.code})`;
}
