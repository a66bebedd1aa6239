import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decompressRle, type Rle, rleIou } from "@sam2js/masks";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settle } from "./hooks.js";
import { APP, makeFolder, runSam2, type Serving, startServe } from "./serve.js";
import { clickPhoto, openApp, picture, startBrowser } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const TOKEN = "a-token-of-32-characters-or-more";
const photoOf = (name: string) =>
  fileURLToPath(new URL(`../../../examples/images/${name}.jpg`, import.meta.url));
const NANO = fileURLToPath(new URL("../../../packages/nano/model/", import.meta.url));
/** Embeddings travel with half precision: borders differ in single pixels. */
const LEAST_IOU = 0.995;
const CLICKS = [
  [0.6, 0.47],
  [0.3, 0.6],
  [0.5, 0.8],
] as const;

const folder = makeFolder();
let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  browser = await startBrowser(["--host-resolver-rules=MAP house.test 127.0.0.1"]);
});
afterAll(async () => {
  await browser?.close();
  folder.end();
});

/** Asks a server for its models, in the dialog. */
async function connect(page: Page, address: string, token = ""): Promise<void> {
  await page.getByTestId("model").click();
  await page.getByTestId("server-url").fill(address);
  await page.getByTestId("server-token").fill(token);
  await page.getByTestId("server-connect").click();
}

async function useNanoOf(page: Page, address: string, token?: string): Promise<void> {
  await connect(page, address, token);
  await page.getByTestId("use-server-nano").click();
  await page.locator(`main[data-model="nano @ ${new URL(address).host}"]`).waitFor();
  await page.getByTestId("close-dialog").click();
}

async function openPhoto(page: Page, name = "groceries"): Promise<void> {
  await page.getByTestId("file-input").setInputFiles(photoOf(name));
  await page.locator('main[data-phase="ready"]').waitFor({ timeout: 180_000 });
}

/** The mask of a click alone, on the photo that is open. */
async function maskOf(page: Page, [x, y]: readonly [number, number]): Promise<Rle> {
  await page.evaluate(() => globalThis.__sam2js?.reset());
  await clickPhoto(page, x, y);
  const [object] = (await settle(page)).objects;
  return { size: [534, 800], counts: Uint32Array.from(object?.counts ?? []) };
}

describeInBrowser("a server of one's own", {}, (stage) => {
  let serving: Serving;
  let origin: string;
  const open = () => openApp(browser, `${stage.url}?test&device=wasm`);
  beforeAll(async () => {
    origin = new URL(stage.url).origin;
    serving = await startServe(["--token", TOKEN, "--allow-origin", origin], 0, TOKEN);
  });
  afterAll(() => serving?.kill());

  it("encodes once; the tab answers clicks as the whole model does here", async () => {
    const { page, foreign, complaints, context } = await open();
    await useNanoOf(page, serving.address, TOKEN);
    await openPhoto(page);
    const remote: Rle[] = [];
    for (const click of CLICKS) remote.push(await maskOf(page, click));
    expect(await serving.encodes()).toBe(1);
    expect(await page.getByTestId("privacy").textContent()).toContain(new URL(serving.address).host);
    const asked = new Set(foreign.map((url) => new URL(url).pathname.split("/")[2]));
    expect([...asked].sort()).toEqual(["decoders", "embeddings", "models"]); // no click went there

    await page.getByTestId("model").click();
    await page
      .getByTestId("model-files")
      .setInputFiles(
        ["config.json", "model.safetensors", "preprocessor_config.json"].map((name) => NANO + name),
      );
    await page.locator('main[data-model^="config.json"]').waitFor();
    await page.getByTestId("close-dialog").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    for (const [index, click] of CLICKS.entries()) {
      const iou = rleIou(await maskOf(page, click), remote[index] as Rle);
      console.log(`a click answered with the server's embedding and here: IoU ${iou.toFixed(4)}`);
      expect(iou).toBeGreaterThan(LEAST_IOU);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("finds everything on the server's embedding", async () => {
    const { page, context } = await open();
    await useNanoOf(page, serving.address, TOKEN);
    await openPhoto(page);
    const before = await serving.encodes();
    await page.keyboard.press("a");
    await page.getByTestId("keep").waitFor({ timeout: 180_000 });
    expect(await serving.encodes()).toBe(before);
    await context.close();
  });

  it("says what is wrong and what to do, and the model that was there works on", async () => {
    const { page, context } = await open();
    await page.locator('main[data-model="nano"]').waitFor({ timeout: 180_000 });
    const closed = await startServe([]);
    const fault = page.getByTestId("server-fault");
    const cases = [
      ["somewhere", "", "no address"],
      ["http://127.0.0.1:9", "", "Nobody answers"],
      [serving.address, "", "wants a token"],
      [serving.address, "b".repeat(32), "does not know this token"],
      [closed.address, "", `--allow-origin ${origin}`],
      ["http://house.test:8000", "", "its own alone"],
      [origin, "", "no sam2 serve"],
    ] as const;
    for (const [address, token, words] of cases) {
      await connect(page, address, token);
      await fault.getByText(words).waitFor();
      if (words === "its own alone")
        expect(await fault.getByRole("link").getAttribute("href")).toBe("http://house.test:8000/app/");
      await page.getByTestId("close-dialog").click();
    }
    await closed.kill();
    await openPhoto(page);
    await clickPhoto(page, ...CLICKS[0]);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    expect(await page.locator("main").getAttribute("data-model")).toBe("nano");
    await context.close();
  });

  it("that ends in between leaves masks and clicks as they are; the next photo is answered by the model from before", async () => {
    const dying = await startServe(["--allow-origin", origin]);
    const { page, context } = await open();
    await page.locator('main[data-model="nano"]').waitFor({ timeout: 180_000 });
    await useNanoOf(page, dying.address);
    await openPhoto(page);
    await clickPhoto(page, ...CLICKS[0]);
    const [first] = (await settle(page)).objects;
    await dying.kill();
    await clickPhoto(page, ...CLICKS[1], { modifiers: ["Shift"] });
    expect((await settle(page)).objects.map(({ area }) => (area ?? 0) > 100)).toEqual([true, true]);
    await page.getByTestId("file-input").setInputFiles(photoOf("cars"));
    await page.getByTestId("problem").getByText("nano answers here now").waitFor({ timeout: 180_000 });
    await page.locator('main[data-model="nano"][data-phase="ready"]').waitFor({ timeout: 180_000 });
    await picture(page, "server-gone");
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    await page.keyboard.press(",");
    const [before] = (await settle(page)).objects;
    expect(before?.counts).toEqual(first?.counts);
    await context.close();
  });

  it("that has other models than before says so", async () => {
    const first = await startServe(["--allow-origin", origin]);
    const { page, context } = await open();
    await useNanoOf(page, first.address);
    await first.kill();
    const { port } = new URL(first.address);
    const other = await startServe(["--allow-origin", origin, "--image-size", "512"], Number(port));
    await page.getByTestId("file-input").setInputFiles(photoOf("groceries"));
    await page.getByTestId("problem").getByText("other models than before").waitFor({ timeout: 180_000 });
    await other.kill();
    await context.close();
  });

  it("hands the app out itself, also to a phone that reaches it without https: its password is enough", async () => {
    const kept = join(folder.path, "kept");
    const house = await startServe(
      ["--token", TOKEN, "--host", "0.0.0.0", "--web", APP, "--embeddings", kept],
      0,
      TOKEN,
    );
    const { port } = new URL(house.address);
    const { page, context, complaints } = await openApp(
      browser,
      `http://house.test:${port}/app/?test&device=wasm`,
      {
        httpCredentials: { username: "anyone", password: TOKEN },
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      },
    );
    await page.getByTestId("model").click();
    expect(await page.getByTestId("server-url").inputValue()).toBe(`http://house.test:${port}`);
    await page.getByTestId("server-connect").click();
    await page.getByTestId("use-server-nano").click();
    await page.locator(`main[data-model="nano @ house.test:${port}"]`).waitFor();
    await page.getByTestId("server-url").scrollIntoViewIfNeeded();
    await picture(page, "server-phone");
    await page.getByTestId("close-dialog").click();
    await openPhoto(page);
    await clickPhoto(page, ...CLICKS[0]);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    const others = complaints.filter((text) => !text.includes("Cross-Origin-Opener-Policy")); // which has no effect there
    expect([others, await page.evaluate(() => isSecureContext)]).toEqual([[], false]);
    await context.close();
    await house.kill();
    // Its store has the picture: another process does not encode it.
    const next = await startServe(["--allow-origin", origin, "--embeddings", kept]);
    const again = await open();
    await useNanoOf(again.page, next.address);
    await openPhoto(again.page);
    await clickPhoto(again.page, ...CLICKS[0]);
    expect((await settle(again.page)).objects[0]?.area).toBeGreaterThan(100);
    expect(await next.encodes()).toBe(0);
    await again.context.close();
    await next.kill();
  });

  it("looks like this in the dialog", async () => {
    const { page, context } = await open();
    await page.locator('main[data-model="nano"]').waitFor({ timeout: 180_000 });
    await connect(page, serving.address, TOKEN);
    await page.getByTestId("use-server-nano").waitFor();
    await page.getByTestId("prepared-folder").scrollIntoViewIfNeeded();
    await picture(page, "server-dialog");
    await context.close();
  });
});

describeInBrowser("a folder of prepared photos", {}, (stage) => {
  it("opens warm: nothing is encoded and nobody is asked, and a photo that was not prepared is said", async () => {
    const photos = join(folder.path, "photos");
    mkdirSync(photos);
    copyFileSync(photoOf("groceries"), join(photos, "groceries.jpg"));
    await runSam2(["encode", photos, "--out", join(photos, "embeddings")]);
    const { page, foreign, complaints, context } = await openApp(browser, `${stage.url}?test&device=wasm`);
    await page.locator('main[data-model="nano"]').waitFor({ timeout: 180_000 });
    await page.getByTestId("folder-input").setInputFiles(photos);
    await page
      .locator('main[data-model="nano @ embeddings"][data-phase="ready"]')
      .waitFor({ timeout: 180_000 });
    const mask = await maskOf(page, CLICKS[0]);
    // What the command line finds on the same embedding, in another engine.
    await runSam2([
      ...["segment", photoOf("groceries"), "--point", `${800 * CLICKS[0][0]},${534 * CLICKS[0][1]}`],
      ...["--embeddings", join(photos, "embeddings"), "--format", "coco", "--out", folder.path],
    ]);
    const [found] = JSON.parse(readFileSync(join(folder.path, "groceries.coco.json"), "utf8")).annotations;
    const iou = rleIou(mask, decompressRle(found.segmentation));
    console.log(`a click on a prepared photo here and on the command line: IoU ${iou.toFixed(4)}`);
    expect(iou).toBeGreaterThan(LEAST_IOU);
    await picture(page, "prepared");
    await page.getByTestId("file-input").setInputFiles(photoOf("cars"));
    const problem = page.getByTestId("problem");
    await problem.getByText("cars.jpg was not prepared").waitFor();
    await problem.getByRole("button", { name: "Use nano" }).click();
    await page.locator('main[data-model="nano"][data-phase="ready"]').waitFor({ timeout: 180_000 });
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    expect([foreign, complaints]).toEqual([[], []]);
    await context.close();
  });
});
