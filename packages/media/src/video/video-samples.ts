import { EncodedPacketSink, type InputVideoTrack, VideoSample, VideoSampleSink } from "mediabunny";

/** So many packets may wait in a decoder. */
const MAX_WAITING = 8;

/**
 * Decoded samples of a track from a time on, in the order in which they are shown. Of videos with transparency only the colours are decoded:
 * models see no transparency.
 */
export async function* videoSamples(
  track: InputVideoTrack,
  start: number,
): AsyncGenerator<VideoSample, void, undefined> {
  if (await track.canBeTransparent()) yield* coloursOnly(track, start);
  else yield* new VideoSampleSink(track).samples(start);
}

/** Codecs with transparency beside the colours (VP8, VP9) show frames in the order in which they are stored. */
async function* coloursOnly(
  track: InputVideoTrack,
  start: number,
): AsyncGenerator<VideoSample, void, undefined> {
  const config = await track.getDecoderConfig();
  const sink = new EncodedPacketSink(track);
  const first = (await sink.getKeyPacket(start)) ?? (await sink.getFirstPacket());
  if (!config || !first) return;
  const upright = { rotation: await track.getRotation(), flip: await track.getFlip() };
  const ready: VideoSample[] = [];
  let failure: unknown;
  const decoder = new VideoDecoder({
    output: (frame) => ready.push(new VideoSample(frame, upright)),
    error: (error) => {
      failure = error;
    },
  });
  try {
    decoder.configure(config);
    for await (const packet of sink.packets(first)) {
      if (failure) throw failure;
      decoder.decode(packet.toEncodedVideoChunk());
      while (decoder.decodeQueueSize > MAX_WAITING) await nextTask();
      while (ready.length > 0) yield ready.shift() as VideoSample;
    }
    await decoder.flush();
    if (failure) throw failure;
    while (ready.length > 0) yield ready.shift() as VideoSample;
  } finally {
    if (decoder.state !== "closed") decoder.close();
    for (const sample of ready) sample.close();
  }
}

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
