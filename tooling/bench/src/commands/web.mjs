import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { seconds, table } from "../report/table.mjs";
import { median } from "../statistics.mjs";
import { inBrowser } from "../web/browser.mjs";

const CLICKS = 15;

/** Encode and clicks in a real browser, on a cross-origin isolated page; of a video model with `frames` tracked frames, too. */
export async function web({
  model,
  arch,
  python,
  threads,
  runs = 3,
  frames,
  device = "wasm",
  dtype = "fp32",
  json,
}) {
  const chosen = await chooseModel(model, python, { arch, video: frames !== undefined });
  const { facts, measured, trackMs } = await inBrowser(
    chosen.folder,
    { device, threads, dtype },
    async (page, facts) => ({
      facts,
      measured: await page.evaluate(
        ([encodes, clicks]) => globalThis.bench.measure(encodes, clicks),
        [runs, CLICKS],
      ),
      ...(frames && { trackMs: await page.evaluate((count) => globalThis.bench.track(count), frames) }),
    }),
  );
  const result = {
    command: "web",
    model: chosen.what,
    dtype,
    ...facts,
    machine: machine(facts.threads),
    ...measured,
    ...(trackMs && { trackMs }),
  };
  const { encodeMs, firstClickMs, clickMs, longestTaskMs } = measured;
  console.log(
    `\n${chosen.what}, ${facts.imageSize} x ${facts.imageSize}, ${dtype}, ${facts.device}; ${facts.browser}, ${facts.engine}`,
  );
  console.log(`${describeMachine(result.machine)}\n`);
  const time = (ms) => seconds(ms / 1000);
  const row = (name, all) => [name, time(median(all)), time(Math.min(...all)), time(Math.max(...all))];
  const rows = [row("load", [facts.loadMs]), row("encode", encodeMs), row("first click", [firstClickMs])];
  rows.push(row("click", clickMs));
  if (trackMs) rows.push(row("tracked frame", trackMs));
  console.log(table(["step", "median", "best", "worst"], rows));
  console.log(`\nlongest task of the page: ${longestTaskMs.toFixed(0)} ms (0: none above 50 ms)`);
  await save(json, result);
}
