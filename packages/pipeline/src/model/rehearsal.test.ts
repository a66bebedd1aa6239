import type { Runtime, Session } from "@sam2js/core";
import { fixtureDir, loadGolden } from "@sam2js/reference";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterEach, expect, test, vi } from "vitest";
import { Sam2Model } from "./sam2-model.js";

const pixelValues = loadGolden("odd-a").tensor("image/a/pixel_values");

let runtime: Runtime;
afterEach(() => runtime.dispose());

/** A model, and the names of the graphs that ran. */
async function load() {
  runtime = createNodeRuntime({ threads: 1 });
  const sessions: Session[] = [];
  const make = runtime.createSession.bind(runtime);
  vi.spyOn(runtime, "createSession").mockImplementation(async (...given) => {
    const session = await make(...given);
    vi.spyOn(session, "run");
    sessions.push(session);
    return session;
  });
  const model = await Sam2Model.fromPretrained(fixtureDir("odd-a"), { runtime, onWarning: () => undefined });
  const runs = () =>
    sessions.flatMap(({ name, run }) => (vi.mocked(run).mock.calls.length > 0 ? [name] : []));
  return { model, runs };
}

test("a model that is left alone rehearses a click, so that the first one is not slower", async () => {
  const { runs } = await load();
  await vi.waitFor(() => expect(runs()).toEqual(["decoder-prelude", "mask-decoder"]), { timeout: 60_000 });
});

test("one that is used at once does not", async () => {
  const { model, runs } = await load();
  const embeddings = await model.getImageEmbeddings(pixelValues);
  await model.getPromptEmbeddings(); // behind the sessions that clicks need
  expect(runs()).not.toContain("decoder-prelude");
  await embeddings.dispose();
});
