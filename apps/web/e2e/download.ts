import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

/** Files of all photos take their time on a busy machine. */
const MOST_MS = 120_000;

/** Presses a button and waits for the file that it gives. */
export async function download(
  page: Page,
  button = "download",
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent("download", { timeout: MOST_MS }),
    page.getByTestId(button).click({ timeout: MOST_MS }),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}
