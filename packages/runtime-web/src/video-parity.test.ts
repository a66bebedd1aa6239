import path from "node:path";
import {
  fixtureDir,
  loadGolden,
  videoGoldenDirs,
  videoScenario,
  videoScenarioNames,
} from "@sam2js/reference";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import type { Lab } from "./__tests__/page.js";
import type { PlayedStep, PlayedVideo } from "./__tests__/play-video.js";
import { serve, serveModel } from "./__tests__/serve-goldens.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;

interface Played {
  /** Scenarios; left out = all that need no other config or weights. */
  readonly names?: readonly string[];
  /** Only so many frames are followed to. */
  readonly count?: number;
}

// Expected numbers: Sam2VideoModel and EdgeTamVideoModel of transformers 5.23.0 on PyTorch 2.13.0 (CPU, fp32), see tooling/reference.
// Tolerances, of the range of a frame's logits, for every logit: memories are rounded to bfloat16, so that rounding of the engine becomes steps
// (1.1e-4 measured on WASM, 1.5e-3 on Chromium's software adapter).
const DEVICES = {
  wasm: {
    tolerance: 1e-3,
    fixtures: { "video-a": { names: ["two_objects", "mask"] }, "video-edge-a": {} },
  },
  // The software adapter takes seconds for a frame. All 18 scenarios of video-edge-a were played there once, to 1.2e-4 at most.
  webgpu: {
    tolerance: 4e-3,
    fixtures: {
      "video-a": { names: ["two_objects"], count: 1 },
      "video-edge-a": { names: ["two_objects", "correction"] },
    },
  },
} as const satisfies Record<string, { tolerance: number; fixtures: Record<string, Played> }>;

/** Folders of `SAM2JS_VIDEO_GOLDENS`, unseen cases. */
const HELD_OUT = videoGoldenDirs().filter((dir) => path.dirname(dir) !== path.dirname(fixtureDir("video-a")));

if (!CHROMIUM) {
  test(`video in a browser is ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("a video model in Chromium equals the reference", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(() => site?.close());

  describe.each(["wasm", "webgpu"] as const)("%s", (device) => {
    const { tolerance } = DEVICES[device];
    const heldOut = device === "wasm" ? HELD_OUT : [];
    const fixtures: [string, Played][] = [
      ...Object.entries(DEVICES[device].fixtures),
      ...heldOut.map((dir): [string, Played] => [dir, {}]),
    ];
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch({ gpu: device === "webgpu" });
    });
    afterAll(() => browser?.close());

    for (const [fixture, played] of fixtures) {
      const told = played.names?.join(" and ") ?? "all scenarios";
      test(`in every logit of ${told} of ${fixture}`, { timeout: 1_800_000 }, async () => {
        const { page, problems } = await openPage(browser, `${site.origin}/`);
        const video = serveScenarios(site, fixture, played);
        const differences = await page.evaluate(([at, how]) => lab.playVideo(at, { device: how }), [
          video,
          device,
        ] as const);
        const largest = Math.max(...Object.values(differences));
        console.log(
          `${device} ${fixture}, ${video.scenarios.length} scenarios: largest difference ${largest.toExponential(1)}`,
        );
        expect(Object.keys(differences).sort()).toEqual(
          video.scenarios
            .flatMap(({ name, expected }) => Object.keys(expected).map((at) => `${name} ${at}`))
            .sort(),
        );
        for (const [at, difference] of Object.entries(differences)) {
          expect(difference, `scenario, step and frame ${at}`).toBeLessThanOrEqual(tolerance);
        }
        expect(problems).toEqual([]);
        await page.close();
      });
    }
  });
});

function serveScenarios(site: Site, fixture: string, { names, count }: Played): PlayedVideo {
  const golden = loadGolden(fixture);
  const scenarios = (names ?? videoScenarioNames(golden))
    .map((name) => videoScenario(golden, name))
    .filter(({ config, weights }) => Object.keys({ ...config, ...weights }).length === 0);
  return {
    model: serveModel(site, fixture.replaceAll("/", "-"), golden.dir),
    frames: serve(site, golden.tensor("frames")),
    scenarios: scenarios.map(({ name, frames, steps, results }) => ({
      name,
      length: frames,
      steps: steps.map((step): PlayedStep => {
        if (step.op === "propagate") return { ...step, count: count ?? step.count };
        if (step.op !== "add") return step;
        const { masks, ...rest } = step;
        return {
          ...rest,
          ...(masks && { masks: masks.map((mask) => serve(site, golden.tensor(`mask/${mask}`))) }),
        };
      }),
      expected: Object.fromEntries(
        results
          .filter(({ frame }) => count === undefined || frame <= count)
          .map(({ step, frame, masks }) => [`${step}/${frame}`, serve(site, masks)]),
      ),
    })),
  };
}
