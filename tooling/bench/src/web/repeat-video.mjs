import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
} from "mediabunny";

/**
 * A video played again and again until it has `frames` frames, as MP4: its packets as they are, nothing is decoded.
 *
 * @param {Uint8Array} bytes of a video  @param {number} frames at least 1
 * @returns {Promise<Uint8Array>}
 */
export async function repeatVideo(bytes, frames) {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  const first = Math.min(...packets.map(({ timestamp }) => timestamp));
  const length = Math.max(...packets.map(({ timestamp, duration }) => timestamp + duration)) - first;
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource(await track.getCodec());
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = await track.getDecoderConfig();
  for (let i = 0; i < frames; i++) {
    const packet = packets[i % packets.length];
    const timestamp = packet.timestamp - first + length * Math.floor(i / packets.length);
    await source.add(packet.clone({ timestamp }), { decoderConfig });
  }
  await output.finalize();
  input.dispose();
  return new Uint8Array(target.buffer);
}
