import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decompressRle, type Rle, rleIou } from "@sam2js/masks";
import { QUICK_WASM } from "@sam2js/testing/chromium";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settle } from "./hooks.js";
import { APP, makeFolder, runSam2, type Serving, startServe } from "./serve.js";
import { clickPhoto, type Opened, openApp, picture, waitForPhase } from "./site.js";
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

/** Asks a server for its models, in the dialog. */
async function connect(page: Page, address: string, token = ""): Promise<void> {
  await page.getByTestId("model").click();
  await page.getByTestId("server-url").fill(address);
  await page.getByTestId("server-token").fill(token);
  await page.getByTestId("server-connect").click();
}

/** Chooses a server's nano while no photo is open. */
async function useNanoOf(page: Page, address: string, token?: string): Promise<void> {
  const isAtStart = await page.locator('main[data-phase="welcome"]').count();
  if (!isAtStart) await page.getByTestId("home").click();
  await waitForPhase(page, "welcome");
  await connect(page, address, token);
  await page.getByTestId("use-server-nano").click();
  await page.locator(`main[data-model="nano @ ${new URL(address).host}"]`).waitFor();
  await page.getByTestId("close-dialog").click();
}

/** Opens a photo on the start page, and waits until it can be clicked. */
async function openPhoto(page: Page, name = "groceries"): Promise<void> {
  await openAnother(page, name);
  await page.locator('main[data-phase="ready"]').waitFor();
}

/** Opens a photo beside those that are open. */
async function openAnother(page: Page, name: string): Promise<void> {
  await page.getByTestId("file-input").setInputFiles(photoOf(name));
}

/** What a page asked elsewhere and complained of from now on. */
function since({ foreign, complaints }: Opened) {
  const [asked, said] = [foreign.length, complaints.length];
  return { foreign: () => foreign.slice(asked), complaints: () => complaints.slice(said) };
}

/** The mask of a click alone, on the photo that is open. */
async function maskOf(page: Page, [x, y]: readonly [number, number]): Promise<Rle> {
  await page.evaluate(() => globalThis.__sam2js?.reset());
  await clickPhoto(page, x, y);
  const [object] = (await settle(page)).objects;
  return { size: [534, 800], counts: Uint32Array.from(object?.counts ?? []) };
}

const options = {
  query: "?test&device=wasm",
  flags: [QUICK_WASM, "--host-resolver-rules=MAP house.test 127.0.0.1"],
  prepare: (page: Page) => page.locator('main[data-model="nano"]').waitFor(),
};

/** All on one page, which takes long to load; each test says which model it goes on with. */
describeInBrowser("a server of one's own", options, (stage) => {
  const folder = makeFolder();
  let page: Page;
  let serving: Serving;
  let origin: string;
  beforeAll(async () => {
    page = stage.page;
    origin = new URL(stage.url).origin;
    serving = await startServe(["--token", TOKEN, "--allow-origin", origin], 0, TOKEN);
  });
  afterAll(async () => {
    await serving?.kill();
    folder.end();
  });

  it("says what is wrong and what to do, and the model that was there works on", async () => {
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
  });

  it("that has other models than before says so; one that ends in between leaves masks and clicks as they are, and the model from before answers the next photo", async () => {
    const first = await startServe(["--allow-origin", origin]);
    await useNanoOf(page, first.address);
    await first.kill();
    const { port } = new URL(first.address);
    const other = await startServe(["--allow-origin", origin, "--image-size", "512"], Number(port));
    await openAnother(page, "groceries");
    const problem = page.getByTestId("problem");
    await problem.getByText("other models than before").waitFor();
    await page.locator('main[data-model="nano"][data-phase="ready"]').waitFor();

    await useNanoOf(page, other.address);
    await openPhoto(page);
    await clickPhoto(page, ...CLICKS[0]);
    const [object] = (await settle(page)).objects;
    await other.kill();
    await clickPhoto(page, ...CLICKS[1], { modifiers: ["Shift"] });
    expect((await settle(page)).objects.map(({ area }) => (area ?? 0) > 100)).toEqual([true, true]);
    await openAnother(page, "cars");
    await problem.getByText("nano answers here now").waitFor();
    await page.locator('main[data-model="nano"][data-phase="ready"]').waitFor();
    await picture(page, "server-gone");
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    await page.keyboard.press(",");
    const [before] = (await settle(page)).objects;
    expect(before?.counts).toEqual(object?.counts);
  });

  it("opens a folder of prepared photos warm: nothing is encoded and nobody is asked, and a photo that was not prepared is said", async () => {
    const { foreign, complaints } = since(stage.opened);
    const photos = join(folder.path, "photos");
    mkdirSync(photos);
    copyFileSync(photoOf("groceries"), join(photos, "groceries.jpg"));
    await runSam2(["encode", photos, "--out", join(photos, "embeddings")]);
    await page.getByTestId("home").click();
    await waitForPhase(page, "welcome");
    await page.getByTestId("folder-input").setInputFiles(photos);
    await page.locator('main[data-model="nano @ embeddings"][data-phase="ready"]').waitFor();
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
    await openAnother(page, "cars");
    const problem = page.getByTestId("problem");
    await problem.getByText("cars.jpg was not prepared").waitFor();
    await problem.getByRole("button", { name: "Use nano" }).click();
    await page.locator('main[data-model="nano"][data-phase="ready"]').waitFor();
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    expect([foreign(), complaints()]).toEqual([[], []]);
  });

  it("encodes once; the tab answers clicks as the whole model does here", async () => {
    const { foreign, complaints } = since(stage.opened);
    await connect(page, serving.address, TOKEN);
    await page.getByTestId("use-server-nano").waitFor();
    await page.getByTestId("prepared-folder").scrollIntoViewIfNeeded();
    await picture(page, "server-dialog");
    await page.getByTestId("close-dialog").click();
    await useNanoOf(page, serving.address, TOKEN);
    await openPhoto(page);
    const remote: Rle[] = [];
    for (const click of CLICKS) remote.push(await maskOf(page, click));
    expect(await serving.encodes()).toBe(1);
    expect(await page.getByTestId("privacy").textContent()).toContain(new URL(serving.address).host);
    const asked = new Set(foreign().map((url) => new URL(url).pathname.split("/")[2]));
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
    expect(complaints()).toEqual([]);
  });

  it("hands the app out itself, also to a phone that reaches it without https: its password is enough", async () => {
    const kept = join(folder.path, "kept");
    const house = await startServe(
      ["--token", TOKEN, "--host", "0.0.0.0", "--web", APP, "--embeddings", kept],
      0,
      TOKEN,
    );
    const { port } = new URL(house.address);
    const phone = await openApp(stage.browser, `http://house.test:${port}/app/?test&device=wasm`, {
      httpCredentials: { username: "anyone", password: TOKEN },
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await phone.page.getByTestId("model").click();
    expect(await phone.page.getByTestId("server-url").inputValue()).toBe(`http://house.test:${port}`);
    await phone.page.getByTestId("server-connect").click();
    await phone.page.getByTestId("use-server-nano").click();
    await phone.page.locator(`main[data-model="nano @ house.test:${port}"]`).waitFor();
    await phone.page.getByTestId("server-url").scrollIntoViewIfNeeded();
    await picture(phone.page, "server-phone");
    await phone.page.getByTestId("close-dialog").click();
    await openPhoto(phone.page);
    await clickPhoto(phone.page, ...CLICKS[0]);
    expect((await settle(phone.page)).objects[0]?.area).toBeGreaterThan(100);
    const others = phone.complaints.filter((text) => !text.includes("Cross-Origin-Opener-Policy")); // which has no effect there
    expect([others, await phone.page.evaluate(() => isSecureContext)]).toEqual([[], false]);
    await phone.context.close();
    await house.kill();
    // Its store has the picture: another process does not encode it.
    const next = await startServe(["--allow-origin", origin, "--embeddings", kept]);
    const { foreign } = since(stage.opened);
    await useNanoOf(page, next.address);
    await openPhoto(page);
    await clickPhoto(page, ...CLICKS[0]);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(100);
    expect(foreign().join()).toContain(`${next.address}/v1/embeddings`);
    expect(await next.encodes()).toBe(0);
    await next.kill();
  });

  it("finds everything on the server's embedding", async () => {
    await useNanoOf(page, serving.address, TOKEN);
    await openPhoto(page);
    const before = await serving.encodes();
    await page.keyboard.press("a");
    await page.getByTestId("keep").waitFor();
    expect(await serving.encodes()).toBe(before);
  });
});
