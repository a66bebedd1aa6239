import { loadGolden, type VideoStep, videoScenario } from "@sam2js/reference";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch, NO_CHROMIUM, openPage } from "./__tests__/chromium.js";
import type { Lab } from "./__tests__/page.js";
import type { PlayedStep, PlayedVideo } from "./__tests__/play-video.js";
import { serve, serveModel } from "./__tests__/serve-goldens.js";
import { type Site, startSite } from "./__tests__/site.js";

declare const lab: Lab;

// Expected numbers: Sam2VideoModel and EdgeTamVideoModel of transformers 5.23.0 on PyTorch 2.13.0 (CPU, fp32), see tooling/reference.
// Tolerances, of the range of a frame's logits, for every logit: memories are rounded to bfloat16, so that rounding of the engine becomes steps
// (1.1e-4 measured on WASM, 1.5e-3 on Chromium's software adapter).
const DEVICES = {
  wasm: {
    tolerance: 1e-3,
    scenarios: [
      ["video-a", "two_objects", undefined],
      ["video-a", "mask", undefined],
      ["video-edge-a", "two_objects", undefined],
    ],
  },
  // The software adapter takes seconds for a frame: one prompted frame, and one that is followed to.
  webgpu: {
    tolerance: 4e-3,
    scenarios: [
      ["video-a", "two_objects", 1],
      ["video-edge-a", "two_objects", 1],
    ],
  },
} as const;

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
    const { tolerance, scenarios } = DEVICES[device];
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch({ gpu: device === "webgpu" });
    });
    afterAll(() => browser?.close());

    for (const [fixture, name, count] of scenarios) {
      test(`in every logit of ${name} of ${fixture}`, { timeout: 240_000 }, async () => {
        const { page, problems } = await openPage(browser, `${site.origin}/`);
        const played = serveScenario(site, fixture, name, count);
        const differences = await page.evaluate(([video, how]) => lab.playVideo(video, { device: how }), [
          played,
          device,
        ] as const);
        const largest = Math.max(...Object.values(differences));
        console.log(`${device} ${fixture} ${name}: largest difference ${largest.toExponential(1)}`);
        expect(Object.keys(differences)).toEqual(Object.keys(played.expected));
        for (const [at, difference] of Object.entries(differences)) {
          expect(difference, `step and frame ${at}`).toBeLessThanOrEqual(tolerance);
        }
        expect(problems).toEqual([]);
        await page.close();
      });
    }
  });
});

/** @param count  only so many frames are followed to */
function serveScenario(site: Site, fixture: string, name: string, count: number | undefined): PlayedVideo {
  const golden = loadGolden(fixture);
  const { frames, steps, results } = videoScenario(golden, name);
  const all = golden.tensor("frames");
  const size = all.data.length / (all.dims[0] ?? 1);
  const played = {
    type: all.type,
    dims: [frames, ...all.dims.slice(1)],
    data: all.data.slice(0, frames * size),
  };
  const isPlayed = (frame: number) => count === undefined || frame <= count;
  return {
    model: serveModel(site, fixture, golden.dir),
    frames: serve(site, played),
    steps: steps.map((step): PlayedStep => toPlayed(step, count, (mask) => serve(site, golden.tensor(mask)))),
    expected: Object.fromEntries(
      results
        .filter(({ frame }) => isPlayed(frame))
        .map(({ step, frame, masks }) => [`${step}/${frame}`, serve(site, masks)]),
    ),
  };
}

function toPlayed(
  step: VideoStep,
  count: number | undefined,
  serveMask: (name: string) => ReturnType<typeof serve>,
): PlayedStep {
  switch (step.op) {
    case "add": {
      const { op, frame, ids, points, labels, masks } = step;
      const served = masks?.map((name) => serveMask(`mask/${name}`));
      return {
        op,
        frame,
        ids,
        ...(points && { points }),
        ...(labels && { labels }),
        ...(served && { masks: served }),
      };
    }
    case "propagate":
      return { op: "propagate", count };
    default:
      return { op: "forward", frame: step.frame };
  }
}
