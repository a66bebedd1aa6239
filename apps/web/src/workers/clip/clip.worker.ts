import { FrameReader } from "@sam2js/media";
import type { CallContext, Port } from "@sam2js/runtime-ort";
import { handingOver, serve } from "@sam2js/runtime-ort/worker";
import type { RleMask } from "../../domain/document.js";
import { VideoError } from "../../domain/video-error.js";
import type { ClipFacts, ShownFrame, VideoExportRequest } from "../../protocol/clip.js";
import { toMaskView } from "../mask-view.js";
import type { Clip } from "./clip.js";
import { drawStrip } from "./draw-strip.js";
import { exportVideo } from "./export-video.js";
import { openClip } from "./open-clip.js";
import { soundPlanOf } from "./write-sound.js";

interface Opened {
  readonly blob: Blob;
  readonly name: string;
  readonly reader: FrameReader<ImageData>;
}

const opened = new Map<string, Opened>();

function find(id: string): Opened {
  const found = opened.get(id);
  if (!found) throw new VideoError(`video ${id}: expected one that is open; open the file again`);
  return found;
}

/** Runs with a decoder of its own, so that what is on screen does not wait. */
async function withClip<T>(id: string, use: (clip: Clip) => Promise<T>): Promise<T> {
  const { blob, name } = find(id);
  const clip = await openClip(blob, name);
  try {
    return await use(clip);
  } finally {
    clip.dispose();
  }
}

serve(globalThis as unknown as Port, {
  async open({ id, name, blob }: { id: string; name: string; blob: Blob }): Promise<ClipFacts> {
    const clip = await openClip(blob, name);
    opened.set(id, { blob, name, reader: new FrameReader(clip) });
    const { width, height, times, duration } = clip;
    return { width, height, times, duration };
  },
  async frame({
    id,
    index,
    masks,
  }: {
    id: string;
    index: number;
    masks: readonly RleMask[];
  }): Promise<ShownFrame> {
    const kept = await find(id).reader.get(index);
    const image = await createImageBitmap(kept);
    return handingOver({ index, image, views: masks.map(toMaskView) }, [image]);
  },
  async still({ id, index, side }: { id: string; index: number; side: number }): Promise<Blob> {
    const pixels = await find(id).reader.get(index);
    const scale = Math.min(1, side / Math.max(pixels.width, pixels.height));
    const canvas = new OffscreenCanvas(Math.round(pixels.width * scale), Math.round(pixels.height * scale));
    const image = await createImageBitmap(pixels);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return canvas.convertToBlob({ type: "image/png" });
  },
  views: async (masks: readonly RleMask[]) => masks.map(toMaskView),
  strip: ({ id, ...request }: { id: string; count: number; height: number }, context: CallContext) =>
    withClip(id, (clip) => drawStrip(clip, request, context)),
  /** Answers whenever this thread is not in a loop. */
  ping: async () => undefined,
  soundPlan: ({ id, isTransparent }: { id: string; isTransparent: boolean }) =>
    withClip(id, (clip) => soundPlanOf(clip, isTransparent)),
  exportVideo: (request: VideoExportRequest, context: CallContext) =>
    withClip(request.id, (clip) => exportVideo(clip, request, context)),
});
