import { feedSound, type SoundFeed, type VideoSound } from "@sam2js/media";
import {
  type AudioCodec,
  AudioSampleSource,
  EncodedAudioPacketSource,
  getFirstEncodableAudioCodec,
  type Output,
  Quality,
} from "mediabunny";
import type { FrameRange } from "../../domain/plan.js";
import { planSound, type SoundPlan } from "../../domain/sound-plan.js";
import type { Clip } from "./clip.js";
import { chooseContainer } from "./container.js";

/** What a video that is written would keep of the sound. @throws {CodecError} this browser encodes no video */
export async function soundPlanOf(clip: Clip, isTransparent: boolean): Promise<SoundPlan> {
  const sound = await clip.sound?.();
  if (!sound) return { fate: "none" };
  const { format, name } = await chooseContainer(clip, isTransparent);
  return planFor(sound, name, format.getSupportedAudioCodecs());
}

/** Gives an output that has not started yet the sound of a part of the clip. @returns undefined where there is none, or none that can be kept */
export async function addSound(
  clip: Clip,
  output: Output,
  { first, last }: FrameRange,
): Promise<SoundFeed | undefined> {
  const sound = await clip.sound?.();
  if (!sound) return undefined;
  const plan = await planFor(sound, output.format.fileExtension, output.format.getSupportedAudioCodecs());
  const [from, to] = [clip.times[first] ?? 0, clip.times[last + 1] ?? clip.duration];
  if (plan.fate === "copied") {
    const source = new EncodedAudioPacketSource(plan.codec as AudioCodec);
    const meta = sound.config ? { decoderConfig: sound.config } : undefined;
    const feed = await feedSound(sound.packets(from, to), (packet) => source.add(packet, meta));
    if (feed) output.addAudioTrack(source);
    return feed;
  }
  if (plan.fate !== "encoded") return undefined;
  const source = new AudioSampleSource({ codec: plan.into as AudioCodec, quality: new Quality("high") });
  const feed = await feedSound(sound.samples(from, to), async (sample) => {
    await source.add(sample);
    sample.close();
  });
  if (feed) output.addAudioTrack(source);
  return feed;
}

function planFor(sound: VideoSound, container: string, codecs: readonly AudioCodec[]): Promise<SoundPlan> {
  const { channels: numberOfChannels, sampleRate } = sound;
  const options = { numberOfChannels, sampleRate, quality: new Quality("high") };
  return planSound(sound, {
    container,
    codecs,
    firstEncodable: (wishes) => getFirstEncodableAudioCodec([...wishes] as AudioCodec[], options),
  });
}
