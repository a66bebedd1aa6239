import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

/** Presses a button and waits for the file that it gives. */
export async function download(
  page: Page,
  button = "download",
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId(button).click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}
