import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Output,
  WebMOutputFormat,
} from "mediabunny";
import { expect, test } from "vitest";
import { repeatVideo } from "./repeat-video.mjs";

test("a video is played again and again, its packets as they are", async () => {
  const video = await packets([1, 2, 3]);
  const input = new Input({ source: new BufferSource(await repeatVideo(video, 7)), formats: ALL_FORMATS });
  const read = [];
  for await (const { data, timestamp } of new EncodedPacketSink(await input.getPrimaryVideoTrack()).packets())
    read.push([data[0], Math.round(1000 * timestamp)]);
  expect(read.map(([byte]) => byte)).toEqual([1, 2, 3, 1, 2, 3, 1]);
  expect(read.map(([, time]) => time)).toEqual([0, 40, 80, 120, 160, 200, 240]);
});

/** A WebM file with packets of one byte each, 0.04 s long. */
async function packets(bytes) {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource("vp8");
  output.addVideoTrack(source, { frameRate: 25 });
  await output.start();
  const decoderConfig = { codec: "vp8", codedWidth: 16, codedHeight: 16 };
  for (const [i, byte] of bytes.entries()) {
    const packet = new EncodedPacket(Uint8Array.of(byte), i === 0 ? "key" : "delta", i / 25, 1 / 25);
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return new Uint8Array(target.buffer);
}
