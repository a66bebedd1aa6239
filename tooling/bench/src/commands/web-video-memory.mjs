import { readFile } from "node:fs/promises";
import { describeMachine, machine } from "../machine.mjs";
import { save } from "../report/save.mjs";
import { lineChart } from "../report/svg.mjs";
import { bytes, table } from "../report/table.mjs";
import { median } from "../statistics.mjs";
import { startApp } from "../web/app-site.mjs";
import { launchBrowser, residentByProcess } from "../web/browser.mjs";
import { repeatVideo } from "../web/repeat-video.mjs";

/** Frames until engine, caches and windows are full. */
const SETTLED = 50;
const EVERY = 25;

/** Memory of a real browser while the web app follows one object through a long video with nano. */
export async function webVideoMemory({ video, place, count = 2000, device = "wasm", json, plot }) {
  if (!video) {
    console.error("--video: expected a file, got none; it is repeated until it has --count frames");
    process.exit(2);
  }
  const clip = await repeatVideo(await readFile(video), count);
  const app = await startApp();
  const browser = await launchBrowser(device);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("pageerror", (error) => console.error(`${error}`));
    await page.goto(`${app.origin}/?test&device=${device}`);
    await openVideo(page, clip);
    await clickAt(page, place.split(",").map(Number));
    const start = performance.now();
    const samples = await track(page, browser, count);
    const seconds = (performance.now() - start) / 1000;
    const threads = await page.evaluate(() => navigator.hardwareConcurrency);
    const used = await page.locator("main").getAttribute("data-device");
    const result = {
      command: "web-video-memory",
      video: video.split(/[\\/]/).at(-1),
      model: "nano",
      device: used,
      browser: `Chromium ${browser.version()}`,
      machine: machine(threads),
      count,
      framesPerSecond: count / seconds,
      samples,
    };
    print(result);
    await save(json, result);
    if (plot) await save(plot, chart(result));
  } finally {
    await browser.close();
    app.close();
  }
}

async function openVideo(page, clip) {
  const file = { name: "clip.mp4", mimeType: "video/mp4", buffer: Buffer.from(clip) };
  await page.getByTestId("file-input").setInputFiles(file);
  await page.getByTestId("timeline").waitFor({ timeout: 60_000 });
  await page.locator('main[data-phase="ready"]').waitFor({ timeout: 60_000 });
}

/** Clicks on a place of the first frame, in shares of its width and height, and waits for the answer. */
async function clickAt(page, [x, y]) {
  const stage = await page.getByTestId("stage").boundingBox();
  const [left, top, width, height] = (await page.locator("main").getAttribute("data-photo"))
    .split(" ")
    .map(Number);
  await page.mouse.click(stage.x + left + x * width, stage.y + top + y * height);
  await page.locator('[data-testid="lane"]:not([data-present="0"])').waitFor({ timeout: 60_000 });
}

async function track(page, browser, count) {
  const samples = [];
  const framesDone = () =>
    page.evaluate(
      (all) => all - Number(document.querySelector('[data-testid="lane"]')?.dataset.missing),
      count,
    );
  await page.getByTestId("track").click();
  let done = 0;
  for (let next = 1; done < count; next = done + EVERY - (done % EVERY)) {
    while (done < Math.min(next, count)) {
      await page.waitForTimeout(100);
      const anyway = page.getByTestId("track-anyway");
      if (await anyway.isVisible()) await anyway.click();
      done = await framesDone();
    }
    const resident = await residentByProcess(browser);
    samples.push({ frames: done, resident });
    process.stderr.write(`${done} of ${count}\r`);
  }
  return samples;
}

function total({ resident }) {
  return resident && Object.values(resident).reduce((sum, size) => sum + size, 0);
}

function print({ browser, device, count, framesPerSecond, samples, video, machine }) {
  console.log(`\nnano on ${device}, ${video} repeated to ${count} frames; ${browser}`);
  console.log(`${describeMachine(machine)}\n`);
  const kinds = ["page", "gpu", "browser", "others"];
  const rows = samples
    .filter((_, i) => i < 4 || i === samples.length - 1 || i % Math.ceil(samples.length / 20) === 0)
    .map((sample) => [
      sample.frames,
      bytes(total(sample)),
      ...kinds.map((kind) => bytes(sample.resident?.[kind])),
    ]);
  console.log(table(["frames", "all processes", "page and workers", ...kinds.slice(1)], rows));
  const settled = samples.filter(({ frames }) => frames >= SETTLED);
  const half = settled.length >> 1;
  const of = (part) => bytes(median(part.map(total)));
  console.log(
    `\n${framesPerSecond.toFixed(1)} frames/s; after ${SETTLED} frames ${bytes(total(settled[0]))}, median of the first half ${of(settled.slice(0, half))}, of the second ${of(settled.slice(half))}, most ${bytes(Math.max(...settled.map(total)))}, end ${bytes(total(settled.at(-1)))}`,
  );
}

function chart({ device, browser, video, count, samples }) {
  return lineChart(
    `Resident memory of the browser over ${count} frames of video`,
    `nano, ${device}, one object, ${video}; ${browser}`,
    samples.map((sample) => [sample.frames, total(sample)]),
    { xLabel: "frames tracked in one page", format: bytes },
  );
}
