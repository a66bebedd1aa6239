/** What becomes of a video's sound in the video that is written. */
export type SoundPlan =
  /** There is none. */
  | { readonly fate: "none" }
  /** As it is, without a loss. */
  | { readonly fate: "copied"; readonly codec: string }
  | { readonly fate: "encoded"; readonly codec: string; readonly into: string }
  | {
      readonly fate: "leftOut";
      readonly codec: string;
      readonly container: string;
      readonly why: "undecoded" | "unencoded";
    };

/** What is known of the sound before anything of it is read. */
export interface SoundFacts {
  /** As mediabunny calls it; null where it is unknown. */
  readonly codec: string | null;
  readonly canDecode: boolean;
}

/** Where it is to go. */
export interface SoundTarget {
  /** Its name for people: `MP4`. */
  readonly container: string;
  /** Codecs that may lie in the container. */
  readonly codecs: readonly string[];
  /** The first of some codecs that this browser encodes. */
  readonly firstEncodable: (codecs: readonly string[]) => Promise<string | null>;
}

/** Sound is encoded into one of these, in the order in which they are wished for: players know them in each container that takes them. */
const WISHES = ["aac", "opus", "mp3", "vorbis"];

/** Copies sound where the container takes its codec, else encodes it anew where this browser can do that. Raw sound is encoded: few players take it. */
export async function planSound(
  sound: SoundFacts | undefined,
  { container, codecs, firstEncodable }: SoundTarget,
): Promise<SoundPlan> {
  if (!sound) return { fate: "none" };
  const codec = sound.codec ?? "?";
  if (codecs.includes(codec) && !codec.startsWith("pcm")) return { fate: "copied", codec };
  if (!sound.canDecode) return { fate: "leftOut", codec, container, why: "undecoded" };
  const into = await firstEncodable(WISHES.filter((wish) => codecs.includes(wish)));
  return into ? { fate: "encoded", codec, into } : { fate: "leftOut", codec, container, why: "unencoded" };
}
