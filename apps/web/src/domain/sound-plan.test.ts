import { describe, expect, it } from "vitest";
import { planSound } from "./sound-plan.js";

/** @param encodes  codecs that this browser encodes */
const mp4 = (...encodes: string[]) => ({
  container: "MP4",
  codecs: ["aac", "opus", "mp3", "pcm-s16"],
  firstEncodable: async (codecs: readonly string[]) =>
    codecs.find((codec) => encodes.includes(codec)) ?? null,
});
const webm = (...encodes: string[]) => ({
  ...mp4(...encodes),
  container: "WebM",
  codecs: ["opus", "vorbis"],
});

describe("sound of a video", () => {
  it("is copied where the container takes it, decoded here or not", async () => {
    expect(await planSound({ codec: "aac", canDecode: false }, mp4())).toEqual({
      fate: "copied",
      codec: "aac",
    });
    expect(await planSound({ codec: "opus", canDecode: true }, webm("opus"))).toMatchObject({
      fate: "copied",
    });
  });

  it("is encoded anew where it does not, in the codec that players know best", async () => {
    expect(await planSound({ codec: "aac", canDecode: true }, webm("opus", "vorbis"))).toEqual({
      fate: "encoded",
      codec: "aac",
      into: "opus",
    });
    expect(await planSound({ codec: "pcm-s16", canDecode: true }, mp4("opus", "aac"))).toMatchObject({
      into: "aac",
    });
  });

  it("is left out for a reason that can be said", async () => {
    const why = async (...args: Parameters<typeof planSound>) => {
      const plan = await planSound(...args);
      return plan.fate === "leftOut" ? plan.why : plan.fate;
    };
    expect(await why({ codec: "ac3", canDecode: false }, webm("opus"))).toBe("undecoded");
    expect(await why({ codec: null, canDecode: false }, mp4("aac"))).toBe("undecoded");
    expect(await why({ codec: "aac", canDecode: true }, webm())).toBe("unencoded");
    expect(await why(undefined, mp4("aac"))).toBe("none");
  });
});
