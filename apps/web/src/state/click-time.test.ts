import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { afterAnswer, clickNumber, isAnswerDue, noteClick, noteDrawn } from "./click-time.js";
import { closeDialog, lastClickMs, openDialog } from "./session.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  noteDrawn(clickNumber() ?? 0, 0);
  vi.useRealTimers();
});

it("runs at once where no click's mask is awaited", async () => {
  const run = vi.fn();
  afterAnswer(run);
  await Promise.resolve();
  expect(run).toHaveBeenCalledOnce();
});

it("waits for the mask of a click, and tells how long it took", async () => {
  const run = vi.fn();
  noteClick();
  const click = clickNumber() ?? 0;
  afterAnswer(run);
  await Promise.resolve();
  expect(isAnswerDue()).toBe(true);
  expect(run).not.toHaveBeenCalled();
  noteDrawn(click, click + 25);
  expect(run).toHaveBeenCalledOnce();
  expect(lastClickMs.value).toBe(25);
  expect(isAnswerDue()).toBe(false);
});

it("waits no longer for a mask that takes its time, and the click is timed still", () => {
  const run = vi.fn();
  noteClick();
  afterAnswer(run);
  vi.advanceTimersByTime(100);
  expect(run).toHaveBeenCalledOnce();
  expect(isAnswerDue()).toBe(false);
  expect(clickNumber()).not.toBeNull();
});

it("takes no notice of a mask of an earlier click", () => {
  noteClick();
  const first = clickNumber() ?? 0;
  vi.advanceTimersByTime(5);
  noteClick();
  noteDrawn(first, first + 5);
  expect(clickNumber()).not.toBeNull();
});

it.each([
  ["opens", () => openDialog("export")],
  ["ends", () => closeDialog()],
])("makes no dialog that %s wait for a mask: the next key is for whatever is in front", (_, deed) => {
  const draw = vi.fn();
  noteClick();
  afterAnswer(draw);
  deed();
  expect(draw).toHaveBeenCalledOnce();
});
