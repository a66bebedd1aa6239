import type { Served } from "@sam2js/runtime-ort";
import { handingOver } from "@sam2js/runtime-ort/worker";
import type { PaintRequest } from "./paint-request.js";
import { Painter } from "./painter.js";

/** A painter as it is called from the page's thread. */
export function paintMethods(): Served {
  const painter = new Painter();
  return {
    attach: async (canvas: OffscreenCanvas) => painter.attach(canvas),
    know: async ({ id, blob }: { id: string; blob: Blob }) => painter.know(id, blob),
    rename: async ({ from, to }: { from: string; to: string }) => painter.rename(from, to),
    open: async ({ id, blob }: { id: string; blob: Blob }) => {
      const opened = await painter.open(id, blob);
      return handingOver(opened, [opened.small]);
    },
    paint: (request: PaintRequest) => painter.paint(request),
  };
}
