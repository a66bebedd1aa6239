import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { download } from "./download.js";
import { settle, videoState } from "./hooks.js";
import { makeClip } from "./make-clip.js";
import { clickPhoto, picture, pictureOnPhone } from "./site.js";
import { describeInBrowser } from "./with-app.js";
import { withSound } from "./with-sound.js";

const FRAMES = 50;

const options = { query: "?test&engine=fake", prepare: openClip };

describeInBrowser("a part of a video with sound", options, (stage) => {
  let page: Page;
  beforeAll(() => {
    page = stage.page;
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  it("goes to a frame by its number or time, and says what it cannot read", async () => {
    await page.getByTestId("stage").focus();
    await page.keyboard.press("g");
    await page.getByTestId("go-to-field").fill("#31");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await videoState(page)).frame).toBe(30);
    expect(await page.getByTestId("go-to-field").count()).toBe(0);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-testid")))
      .toBe("stage");
    await page.keyboard.press("g");
    await page.getByTestId("go-to-field").fill("soon");
    await page.keyboard.press("Enter");
    expect(await page.getByTestId("go-to-field").getAttribute("aria-invalid")).toBe("true");
    await picture(page, "clip-go-to");
    await page.getByTestId("go-to-field").fill("0:00.4");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await videoState(page)).frame).toBe(10);
  });

  it("is marked by keys, and exported with its sound, as long as it is and with its frames", async () => {
    await clickPhoto(page, 0.3, 0.36);
    await expect.poll(async () => (await videoState(page)).lanes[0]?.present).toBe(1);
    await settle(page);
    await page.keyboard.press("Shift+I");
    await page.keyboard.press("g");
    await page.getByTestId("go-to-field").fill("#35");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await videoState(page)).frame).toBe(34);
    await page.keyboard.press("Shift+O");
    await page.getByTestId("mark-none").waitFor();
    await picture(page, "clip-marks");
    await page.getByTestId("export").click();
    await expect
      .poll(() => page.getByTestId("clip-facts").textContent())
      .toBe("Frames 11 to 35 of 50: 0:01.00.");
    await expect
      .poll(() => page.getByTestId("sound-note").textContent())
      .toMatch(/^The sound \(OPUS\) is kept/);
    await picture(page, "clip-export");
    const part = await factsOf((await download(page)).bytes);
    expect(part.frames).toBe(25);
    expect(part.seconds).toBeCloseTo(1, 1);
    expect(part.sound?.codec).toBe("opus");
    // Packets of Opus last 20 ms.
    expect(Math.abs((part.sound?.seconds ?? 0) - 1)).toBeLessThan(0.05);
  });

  it("is exported whole, or at another speed without its sound, which is said before", async () => {
    await page.getByTestId("clip-whole").click();
    const whole = await factsOf((await download(page)).bytes);
    expect([whole.frames, whole.sound?.codec]).toEqual([FRAMES, "opus"]);
    await page.getByTestId("clip-part").click();
    await page.getByTestId("clip-to").fill("#30");
    await page.getByTestId("clip-to").press("Tab");
    await page.getByTestId("export-speed").selectOption("0.5");
    await expect
      .poll(() => page.getByTestId("clip-facts").textContent())
      .toBe("Frames 11 to 30 of 50: 0:01.60.");
    expect(await page.getByTestId("sound-note").textContent()).toContain("left out");
    const slow = await factsOf((await download(page)).bytes);
    expect([slow.frames, slow.sound]).toEqual([20, undefined]);
    expect(slow.seconds).toBeCloseTo(1.6, 1);
    await pictureOnPhone(page, "clip-export-phone");
    await page.getByTestId("close-dialog").click();
    await page.getByTestId("track-menu").click();
    await pictureOnPhone(page, "clip-marks-phone");
  });
});

async function openClip(page: Page): Promise<void> {
  const clip = await makeClip(page, { frames: FRAMES, width: 320, height: 180 });
  await page.getByTestId("file-input").setInputFiles({
    name: "hum.webm",
    mimeType: "video/webm",
    buffer: await withSound(page, clip, 2),
  });
  await page.getByTestId("timeline").waitFor();
}

/** What a player would find in a file. */
async function factsOf(file: Buffer) {
  const input = new Input({ source: new BufferSource(new Uint8Array(file)), formats: ALL_FORMATS });
  const pictures = await input.getPrimaryVideoTrack();
  const sound = await input.getPrimaryAudioTrack();
  return {
    frames: (await pictures?.computePacketStats())?.packetCount,
    seconds: (await pictures?.computeDuration()) ?? 0,
    sound: sound ? { codec: await sound.getCodec(), seconds: await sound.computeDuration() } : undefined,
  };
}
