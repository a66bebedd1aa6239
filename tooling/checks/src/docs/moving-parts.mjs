import assert from "node:assert";

const HELP = /\/(guides|errors|get-started|tasks)\b/;
/** Words of people who need help → the page that the search has first. */
const FIRST_PAGES = {
  "out of memory": HELP,
  OUT_OF_MEMORY: /\/errors/,
  slow: HELP,
  CUDA: /\/guides/,
  "wrong mask": /troubleshooting/,
  CORS: /headers/,
  ragged: HELP,
  "mask is empty": /troubleshooting/,
  "which model": /choosing/,
  401: /troubleshooting/,
};

/**
 * What moves on the pages of the documentation site, each as a visitor uses it: name → what is done in an open browser page of 1280 pixels.
 * It throws where the page does not do what it should.
 *
 * @type {[string, (page: import("playwright-core").Page, url: string) => Promise<void>][]}
 */
export const MOVING_PARTS = [
  [
    "the search leads to a page",
    async (page, url) => {
      await page.goto(url);
      await page.keyboard.press("/");
      await page.locator("pagefind-modal input").fill("refine a mask");
      await page.getByRole("link", { name: "Refine a mask" }).last().click();
      await page.waitForURL(/refine/);
    },
  ],
  [
    "what people type leads to a guide",
    async (page, url) => {
      await page.goto(url);
      const firsts = await page.evaluate(async (asked) => {
        const pagefind = await import("/pagefind/pagefind.js");
        const first = async ({ results }) => (results[0] ? (await results[0].data()).url : "nothing");
        const answers = [];
        for (const words of asked) answers.push([words, await first(await pagefind.search(words))]);
        return answers;
      }, Object.keys(FIRST_PAGES));
      const wrong = firsts.filter(([words, first]) => !FIRST_PAGES[words].test(first));
      assert.deepEqual(wrong, []);
    },
  ],
  [
    "the colours that were chosen stay",
    async (page, url) => {
      await page.goto(url);
      const isDark = () => document.documentElement.classList.contains("dark");
      const before = await page.evaluate(isDark);
      await page.getByRole("button", { name: "Dark colours", pressed: before }).click();
      await page.goto(`${url}errors.html`);
      await page.getByRole("button", { name: "Dark colours", pressed: !before }).waitFor();
      assert.equal(await page.evaluate(isDark), !before);
    },
  ],
  [
    "a block of code is copied",
    async (page, url) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.goto(`${url}tasks/one-point.html`);
      const block = page.locator(".vp-code-group .active");
      await block.hover();
      // It says so for a moment only: whoever looks for it looks before.
      const isSaid = page.locator("button.copied").waitFor();
      await block.getByRole("button").click();
      await isSaid;
      assert.equal(
        await page.evaluate(() => navigator.clipboard.readText()),
        await block.locator("pre").textContent(),
      );
    },
  ],
  [
    "a tab shows its file",
    async (page, url) => {
      await page.goto(`${url}tasks/one-point.html`);
      const blocks = page.locator(".vp-code-group .blocks > *");
      await page.getByRole("radio").nth(1).focus();
      await page.keyboard.press("Space");
      await blocks.nth(1).waitFor();
      await blocks.nth(0).waitFor({ state: "hidden" });
    },
  ],
  [
    "the outline leads to a heading of a long page",
    async (page, url) => {
      await page.goto(`${url}api/@sam2js/masks.html`);
      const link = page.locator("#outline a").last();
      const id = decodeURIComponent((await link.getAttribute("href")).split("#")[1]);
      await link.click();
      await page.waitForFunction((heading) => {
        const { top } = document.getElementById(heading).getBoundingClientRect();
        return top > 0 && top < innerHeight;
      }, id);
    },
  ],
  [
    "the menu of a phone leads to a page",
    async (page, url) => {
      await page.setViewportSize({ width: 375, height: 800 });
      await page.goto(`${url}tasks/one-point.html`);
      await page.getByRole("button", { name: "Menu" }).click();
      await page.getByRole("link", { name: "A box", exact: true }).click();
      await page.waitForURL(/tasks\/box/);
    },
  ],
  [
    "the outline of a phone closes where it leads",
    async (page, url) => {
      await page.setViewportSize({ width: 375, height: 800 });
      await page.goto(`${url}tasks/one-point.html`);
      await page.getByRole("button", { name: "On this page" }).click();
      await page.getByRole("link", { name: "Good to know", exact: true }).click();
      await page.waitForURL(/#good-to-know/);
      await page.locator("#outline").waitFor({ state: "hidden" });
    },
  ],
  [
    "the calculator counts",
    async (page, url) => {
      await page.goto(`${url}guides/choosing.html`);
      const time = page.locator("[data-result=time]");
      const before = await time.textContent();
      await page.getByLabel("Pictures").fill("20");
      const isOther = (text) => document.querySelector("[data-result=time]").textContent !== text;
      await page.waitForFunction(isOther, before);
    },
  ],
  [
    "the playground's program is shown at once, becomes an editor and finds the duck",
    async (page, url) => {
      await page.goto(`${url}playground.html`);
      const program = page.getByRole("textbox", { name: "Program" });
      assert.match(await program.textContent(), /Sam2Model.fromPretrained/);
      await program.focus();
      await page.locator(".cm-editor").waitFor();
      await page.getByRole("button", { name: "Run" }).click();
      await page.locator(".lines", { hasText: "score" }).waitFor();
      await page.locator("iframe").contentFrame().locator("svg path").waitFor();
    },
  ],
];
