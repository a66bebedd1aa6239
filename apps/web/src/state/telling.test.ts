import { afterEach, expect, it } from "vitest";
import { closeDialog, closerOfThis, dialog, openDialog } from "./telling.js";

afterEach(closeDialog);

it("what comes late from a dialog that has ended leaves the next one open, also one of the same name", () => {
  for (const next of ["export", "keys"] as const) {
    openDialog("export");
    const close = closerOfThis();
    closeDialog();
    openDialog(next);
    close();
    expect(dialog.value).toBe(next);
    closerOfThis()();
    expect(dialog.value).toBeNull();
  }
});

it("a dialog that is asked for again while it is open stays the same one", () => {
  openDialog("imported");
  const close = closerOfThis();
  openDialog("imported");
  close();
  expect(dialog.value).toBeNull();
});
