import {
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  type OutputFormat,
  type VideoCodec,
  WebMOutputFormat,
} from "mediabunny";
import { CodecError } from "../../domain/video-error.js";
import type { Clip } from "./clip.js";

/** What a video is written as. */
export interface Container {
  readonly codec: VideoCodec;
  readonly format: OutputFormat;
  /** For people. */
  readonly name: "MP4" | "WebM";
  readonly width: number;
  readonly height: number;
}

/**
 * MP4 where the browser encodes H.264 and nothing is transparent, else WebM.
 *
 * @throws {CodecError} this browser encodes no video
 */
export async function chooseContainer(clip: Clip, isTransparent: boolean): Promise<Container> {
  // Encoders want even sides; the last row or column is stretched in.
  const size = { width: even(clip.width), height: even(clip.height) };
  if (!isTransparent && (await getFirstEncodableVideoCodec(["avc"], size))) {
    return { ...size, codec: "avc", format: new Mp4OutputFormat(), name: "MP4" };
  }
  const codec = await getFirstEncodableVideoCodec(
    isTransparent ? ["vp9", "vp8"] : ["vp9", "vp8", "av1"],
    size,
  );
  if (!codec) throw new CodecError(clip.name, "none that this browser encodes");
  return { ...size, codec, format: new WebMOutputFormat(), name: "WebM" };
}

function even(side: number): number {
  return side + (side % 2);
}
