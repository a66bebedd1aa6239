import { describeMachine, machine } from "../machine.mjs";
import { chooseModel } from "../models.mjs";
import { save } from "../report/save.mjs";
import { lineChart } from "../report/svg.mjs";
import { bytes, table } from "../report/table.mjs";
import { inBrowser, residentBytes } from "../web/browser.mjs";

const SAMPLES = 20;

/** Memory of a real browser over many encodes in a row, each with a click. */
export async function webMemory({
  model,
  threads,
  count = 500,
  device = "wasm",
  dtype = "fp32",
  json,
  plot,
}) {
  const chosen = await chooseModel(model, undefined);
  const step = Math.max(1, Math.round(count / SAMPLES));
  const run = async (page, facts, browser) => {
    const samples = [];
    for (let images = 0; images <= count; images += step) {
      if (images > 0) await page.evaluate((times) => globalThis.bench.encodeMany(times), step);
      const sample = { images, residentBytes: await residentBytes(browser) };
      // The browser takes up to a minute to count, so it is asked when the first images have warmed everything up and at the end.
      if (images === step || images + step > count)
        Object.assign(sample, await page.evaluate(() => globalThis.bench.memory()));
      samples.push(sample);
      process.stderr.write(`${images} of ${count}\r`);
    }
    return { facts, samples };
  };
  const { facts, samples } = await inBrowser(chosen.folder, { device, threads, dtype }, run);
  const result = {
    command: "web-memory",
    model: chosen.what,
    dtype,
    ...facts,
    machine: machine(facts.threads),
    count,
    samples,
  };
  console.log(`\n${chosen.what}, ${dtype}, ${facts.device}; ${facts.browser}, ${facts.engine}`);
  console.log(`${describeMachine(result.machine)}\n`);
  const kinds = [...new Set(samples.flatMap(({ byKind = {} }) => Object.keys(byKind)))];
  const row = ({ images, residentBytes, bytes: counted, byKind }) => [
    images,
    bytes(residentBytes),
    ...(byKind
      ? [counted, ...kinds.map((kind) => byKind[kind] ?? 0)].map(bytes)
      : ["", ...kinds.map(() => "")]),
  ];
  console.log(table(["images", "resident, all processes", "page and workers", ...kinds], samples.map(row)));
  await save(json, result);
  if (plot) await save(plot, chart(result));
}

function chart({ model, device, browser, threads, count, samples }) {
  const points = samples.map(({ images, residentBytes }) => [images, residentBytes]);
  const title = `Resident memory of the browser over ${count} encodes`;
  return lineChart(title, `${model}; ${device}, ${threads} threads; ${browser}`, points, {
    xLabel: "images encoded and clicked on in one page",
    format: bytes,
  });
}
