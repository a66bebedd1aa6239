import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Output,
  WebMOutputFormat,
} from "mediabunny";
import type { Page } from "playwright-core";

interface Chunk {
  readonly data: readonly number[];
  /** In seconds. */
  readonly timestamp: number;
  readonly duration: number;
}

/** A WebM with a hum beside its pictures: Opus, encoded by the browser, packed here. */
export async function withSound(page: Page, clip: Buffer, seconds: number): Promise<Buffer> {
  const chunks = await page.evaluate(encodeHum, seconds);
  const input = new Input({ source: new BufferSource(new Uint8Array(clip)), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const codec = await track?.getCodec();
  if (!track || !codec) throw new TypeError("no pictures");
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const pictures = new EncodedVideoPacketSource(codec);
  const sound = new EncodedAudioPacketSource("opus");
  output.addVideoTrack(pictures);
  output.addAudioTrack(sound);
  await output.start();
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await pictures.add(packet, decoderConfig && { decoderConfig });
  }
  for (const { data, timestamp, duration } of chunks) {
    await sound.add(new EncodedPacket(Uint8Array.from(data), "key", timestamp, duration), {
      decoderConfig: { codec: "opus", numberOfChannels: 1, sampleRate: 48_000 },
    });
  }
  await output.finalize();
  return Buffer.from(output.target.buffer ?? new ArrayBuffer(0));
}

/** Runs in the page. */
async function encodeHum(seconds: number): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const encoder = new AudioEncoder({
    error: (error) => {
      throw error;
    },
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const duration = (chunk.duration ?? 20_000) / 1e6;
      chunks.push({ data: [...data], timestamp: chunk.timestamp / 1e6, duration });
    },
  });
  const sampleRate = 48_000;
  encoder.configure({ codec: "opus", sampleRate, numberOfChannels: 1, bitrate: 48_000 });
  const data = Float32Array.from({ length: seconds * sampleRate }, (_, i) => 0.2 * Math.sin(i / 17));
  const sample = new AudioData({
    format: "f32",
    sampleRate,
    numberOfChannels: 1,
    numberOfFrames: data.length,
    timestamp: 0,
    data,
  });
  encoder.encode(sample);
  sample.close();
  await encoder.flush();
  encoder.close();
  return chunks;
}
