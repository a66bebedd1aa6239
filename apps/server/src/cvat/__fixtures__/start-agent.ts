import { onTestFinished } from "vitest";
import { type CvatAgentOptions, type CvatFunction, runCvatAgent } from "../agent/run-cvat-agent.js";
import { StandInCvat, TOKEN, until } from "./cvat-server.js";

export interface RunningAgent {
  readonly cvat: StandInCvat;
  readonly functions: readonly CvatFunction[];
  readonly lines: readonly string[];
  /** Settles when the agent has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Our agent at work for a stand-in of CVAT, at a pace for tests. */
export async function startAgent(
  options: Partial<CvatAgentOptions>,
  known?: StandInCvat,
): Promise<RunningAgent> {
  const cvat = known ?? (await StandInCvat.start());
  const controller = new AbortController();
  const lines: string[] = [];
  let functions: readonly CvatFunction[] | undefined;
  const ended = runCvatAgent({
    server: cvat.address,
    token: TOKEN,
    signal: controller.signal,
    log: (line) => lines.push(line),
    onReady: (list) => {
      functions = list;
    },
    ...options,
    timing: { pollMs: 300, rarePollMs: 600_000, retryMs: 20, updateMs: 50, ...options.timing },
  });
  ended.catch(() => undefined); // who waits for it is told
  const stop = async () => {
    controller.abort();
    await ended;
  };
  onTestFinished(() => stop().catch(() => undefined));
  await Promise.race([ended, until(() => functions !== undefined, () => "no functions")]);
  return { cvat, functions: functions ?? [], lines, ended, stop };
}
