import {
  type AudioCodec,
  type AudioSample,
  AudioSampleSink,
  type EncodedPacket,
  EncodedPacketSink,
  type Input,
} from "mediabunny";
import { TIME_STEP } from "./frame-times.js";
import { videoError } from "./video-error.js";

/** The sound of a video file: its packets as they are stored, or decoded. */
export interface VideoSound {
  /** As mediabunny calls it (`aac`, `opus`); null where it is unknown. */
  readonly codec: AudioCodec | null;
  /** For whoever decodes the packets; null where the codec is unknown. */
  readonly config: AudioDecoderConfig | null;
  /** Whether the platform decodes it. */
  readonly canDecode: boolean;
  /** How many, from 1 on. */
  readonly channels: number;
  /** In hertz. */
  readonly sampleRate: number;
  /**
   * Packets that begin in a part of the video. Their time stamps are in seconds from the beginning of the part.
   *
   * @param from  in seconds from the video's first frame  @param to  the same, not part of it
   * @throws {ImageError} the sound is damaged there
   */
  packets(from: number, to: number): AsyncGenerator<EncodedPacket, void, undefined>;
  /** The same, decoded. The caller closes each sample. @throws {ImageError} the sound is damaged there */
  samples(from: number, to: number): AsyncGenerator<AudioSample, void, undefined>;
}

/** @param first  time of the first picture by the file's own clock, in seconds */
export async function openSound(input: Input, first: number, name: string): Promise<VideoSound | undefined> {
  const damaged = (cause: unknown) => videoError(name, "its sound cannot be read; it is damaged", cause);
  try {
    const track = await input.getPrimaryAudioTrack();
    if (!track) return undefined;
    return {
      codec: await track.getCodec(),
      config: await track.getDecoderConfig(),
      canDecode: await track.canDecode(),
      channels: await track.getNumberOfChannels(),
      sampleRate: await track.getSampleRate(),
      async *packets(from, to) {
        const sink = new EncodedPacketSink(track);
        try {
          const start = (await sink.getPacket(first + from)) ?? (await sink.getFirstPacket());
          if (!start) return;
          for await (const packet of sink.packets(start)) {
            const seconds = packet.timestamp - first;
            if (seconds >= to - TIME_STEP) return;
            if (seconds < from - TIME_STEP) continue;
            yield packet.clone({ timestamp: Math.max(0, seconds - from) });
          }
        } catch (cause) {
          throw damaged(cause);
        }
      },
      async *samples(from, to) {
        try {
          for await (const sample of new AudioSampleSink(track).samples(first + from, first + to)) {
            const seconds = sample.timestamp - first - from;
            if (seconds < -TIME_STEP) {
              sample.close();
              continue;
            }
            sample.setTimestamp(Math.max(0, seconds));
            yield sample;
          }
        } catch (cause) {
          throw damaged(cause);
        }
      },
    };
  } catch (cause) {
    throw damaged(cause);
  }
}
