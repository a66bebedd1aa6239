import { describe, expect, it } from "vitest";
import type { Runtime } from "../../runtime/runtime.js";
import type { Session, SessionInputs } from "../../runtime/session.js";
import { Tensor } from "../../tensor/tensor.js";
import { CONFORMANCE_PROGRAMS } from "../__fixtures__/conformance-programs.js";
import { FakeRuntime } from "../__fixtures__/fake-runtime.js";
import { casesFor, conformanceCases } from "./conformance-cases.js";
import { ConformanceError } from "./expect.js";

/** A fake runtime whose sessions are spoilt. */
function spoilt(spoil: (session: Session) => Partial<Session>): Runtime {
  const runtime = new FakeRuntime({ programs: CONFORMANCE_PROGRAMS });
  const create = runtime.createSession.bind(runtime);
  const createSpoilt = async (...args: Parameters<typeof create>): Promise<Session> => {
    const session: Session = await create(...args);
    const { name, inputs, outputs } = session;
    return {
      name,
      inputs,
      outputs,
      run: (...run) => session.run(...run),
      dispose: () => session.dispose(),
      ...spoil(session),
    };
  };
  runtime.createSession = createSpoilt as typeof create;
  return runtime;
}

async function failures(spoil: (session: Session) => Partial<Session>): Promise<string[]> {
  const failed: string[] = [];
  for (const one of casesFor([])) {
    await one.run({ createRuntime: async () => spoilt(spoil) }).catch((error: unknown) => {
      if (!ConformanceError.isInstance(error)) throw error;
      failed.push(one.name);
    });
  }
  return failed;
}

describe("the conformance suite", () => {
  it("has one title per case", () => {
    expect(new Set(conformanceCases.map(({ name }) => name)).size).toBe(conformanceCases.length);
  });

  it("leaves out what a runtime does not have", () => {
    expect(casesFor([]).every(({ needs }) => needs.length === 0)).toBe(true);
    expect(casesFor(["engine", "images", "files"])).toHaveLength(conformanceCases.length);
  });

  it("passes through a wrapper that spoils nothing", async () => {
    expect(await failures(() => ({}))).toEqual([]);
  });

  it("finds inputs that are changed", async () => {
    const failed = await failures((session) => ({
      run: async (inputs: SessionInputs, options) => {
        const outputs = await session.run(inputs, options);
        for (const input of Object.values(inputs)) if (input instanceof Tensor) input.data.fill(0);
        return outputs;
      },
    }));
    expect(failed).toContain("inputs are neither changed nor transferred");
  });

  it("finds a session that lives on after its disposal", async () => {
    const failed = await failures(() => ({ dispose: async () => undefined }));
    expect(failed).toContain("a session can be disposed of twice and is refused afterwards");
  });

  it("finds signals that are not listened to", async () => {
    const failed = await failures((session) => ({
      run: (inputs, { signal: _, ...options } = {}) => session.run(inputs, options),
    }));
    expect(failed).toContain("an aborted signal rejects a run at once, with its reason");
    expect(failed).toContain(
      "aborting a run under way or in the queue rejects it; the next ones are not disturbed",
    );
  });
});
