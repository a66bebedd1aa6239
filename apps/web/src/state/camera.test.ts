import { describe, expect, it } from "vitest";
import { fitCamera, MAX_SCALE, toPhoto, zoomed } from "./camera.js";

const none = { top: 0, right: 0, bottom: 0, left: 0 };

describe("fitCamera", () => {
  it("centres the whole photo in what is free", () => {
    const camera = fitCamera(
      { width: 3000, height: 2000 },
      { width: 1000, height: 800 },
      { ...none, bottom: 100 },
    );
    expect(camera.scale).toBeCloseTo(1 / 3);
    expect(camera.left).toBeCloseTo(0);
    expect(camera.top).toBeCloseTo((700 - 2000 / 3) / 2);
  });

  it("shows a tiny photo at most three times as large", () => {
    expect(fitCamera({ width: 10, height: 10 }, { width: 1000, height: 800 }, none).scale).toBe(3);
  });
});

describe("zoomed", () => {
  it("keeps what is under the pointer where it is", () => {
    const before = { scale: 0.5, left: 30, top: -20 };
    const after = zoomed(before, 1.7, 200, 150, 0.1);
    expect(after.scale).toBeCloseTo(0.85);
    const [a, b] = [toPhoto(before, 200, 150), toPhoto(after, 200, 150)];
    expect(b.x).toBeCloseTo(a.x);
    expect(b.y).toBeCloseTo(a.y);
  });

  it("stays between its limits", () => {
    const camera = { scale: 1, left: 0, top: 0 };
    expect(zoomed(camera, 1e6, 0, 0, 0.1).scale).toBe(MAX_SCALE);
    expect(zoomed(camera, 1e-6, 0, 0, 0.1).scale).toBe(0.1);
  });
});
