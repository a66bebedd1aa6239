/** What the test page does when tests ask it to. It runs in the browser, on the built package. */
import { casesFor } from "@sam2js/core/testing";
import { createWebRuntime, type WebRuntimeOptions } from "@sam2js/runtime-web";

const lab = {
  createWebRuntime,

  /** Runs one case of the conformance suite. Gives the message of its failure. */
  async conform(name: string, options: WebRuntimeOptions): Promise<string | undefined> {
    const found = casesFor(["engine", "images"]).find((each) => each.name === name);
    try {
      await found?.run({ createRuntime: async () => createWebRuntime({ ...options, logLevel: "fatal" }) });
      return found ? undefined : `no case ${name}`;
    } catch (error) {
      return String(error);
    }
  },
};

export type Lab = typeof lab;
(globalThis as unknown as { lab: Lab }).lab = lab;
