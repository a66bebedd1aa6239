import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "@sam2js/core";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { placesOf, writeFiles } from "../io/write-files.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addCleaningOptions, maskLabelOption } from "../options/mask-options.js";
import { addModelOptions } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";
import { DEFAULT_FOLDER } from "../options/output-options.js";
import { parseFormats } from "../outputs/formats.js";
import { table } from "../outputs/table.js";
import type { TrackFrames } from "../track/frames.js";
import { keepAlive } from "../track/keep-alive.js";
import { hasCodecs } from "../track/load-codecs.js";
import { openFrames } from "../track/open-frames.js";
import { type GivenTrackPrompt, groupTrackPrompts, type TrackPrompt } from "../track/parse-track-prompt.js";
import { runTrack, type Tracks } from "../track/run-track.js";
import { labelMapNames, trackFiles } from "../track/track-files.js";
import { TRACK_FORMATS, type TrackFormat } from "../track/track-formats.js";
import { dropState } from "../track/track-state.js";
import { type LoadedVideoModel, withVideoModel } from "../track/with-video-model.js";

interface TrackCommandOptions extends ModelCommandOptions {
  readonly out: string;
  readonly format?: readonly TrackFormat[];
  readonly both?: boolean;
  readonly reverse?: boolean;
  readonly maxFrames?: number;
  readonly from?: number;
  readonly to?: number;
  readonly maxHoleArea: number;
  readonly maskLabel?: number;
  readonly maxSprinkleArea: number;
  readonly json?: boolean;
  readonly resume?: boolean;
}

const EXAMPLES = `
A video is a file (mp4, webm, mov, mkv, …), a GIF or WebP animation, or a folder of frames in the order
of the numbers in their names. Frames count from 0; a prompt without a frame is for the first one (of
the part that --from and --to name), without an object for object 1. More prompts of an object on later
frames correct its track.

Examples:
  $ sam2 track clip.mp4 --point 420,310
        what is at (420, 310) on the first frame, through the whole video
  $ sam2 track frames/ --point 0:boy:210,350 --point 0:girl:400,150 --box 12:cup:30,40,90,120
        three objects, the cup from frame 12 on
  $ sam2 track clip.mp4 --point 75:ball:640,360 --both --format mp4,coco,mot
        from frame 75 forwards and backwards
  $ sam2 track clip.mp4 --mask 0:dog=dog.png --max-frames 100 --format rle
  $ sam2 track clip.mp4 --from 240 --to 480 --point 640,360
        only frames 240 to 480, which keep their numbers; the point is on frame 240

Files written for clip.mp4:
  mp4, webm   clip.overlay.mp4           the video with coloured masks, names and prompts
  gif         clip.overlay.gif           the same, at most 640 pixels wide
  png         clip.masks/00000.png, …    a palette picture per frame: 0 background, 1 the first object
  coco        clip.coco.json             masks of all frames with track_id
  mot         clip.mot.txt               boxes in the format of MOTChallenge
  rle         clip.rle.json              masks by frame and object

A run that is interrupted (Ctrl-C, a power cut) leaves clip.track-state there. The same command with --resume
goes on from it; other formats may be asked for then. It is deleted when the results are written.
`;

/** `sam2 track`: follows what was pointed at through a video. */
export function trackCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const given: GivenTrackPrompt[] = [];
  const add = (kind: GivenTrackPrompt["kind"]) => (text: string) => void given.push({ kind, text });
  const command = program
    .command("track")
    .description(
      "Follows objects through a video: what points, boxes or masks on one of its frames point at.",
    )
    .argument("<video>", "a video, an animation, or a folder of frames")
    .option(
      "-p, --point <[[frame:]obj:]x,y[,0|1]>",
      "a point inside (1) or outside (0) an object; repeatable",
      add("point"),
    )
    .option("-b, --box <[[frame:]obj:]x0,y0,x1,y1>", "a box around an object; repeatable", add("box"))
    .option("--mask <[[frame:]obj=]file>", "a picture of an object's mask; repeatable", add("mask"))
    .addOption(maskLabelOption())
    .option("--both", "forwards from the earliest prompt, then backwards")
    .option("--reverse", "backwards from the latest prompt")
    .option("--max-frames <n>", "frames to go from the start", wholeNumber("--max-frames", 1))
    .option("--from <frame>", "the first frame of the part to follow and write", wholeNumber("--from", 0))
    .option("--to <frame>", "the last frame of that part", wholeNumber("--to", 0))
    .option("-o, --out <folder>", "where results are written", DEFAULT_FOLDER)
    .option(
      "-f, --format <names>",
      `what to write: ${TRACK_FORMATS.join(", ")}; several with commas (default: mp4, or gif without codecs)`,
      (text: string, before?: readonly TrackFormat[]) => [
        ...new Set([...(before ?? []), ...parseFormats(text, TRACK_FORMATS)]),
      ],
    )
    .option("--resume", "go on where an interrupted run of the same command stopped")
    .option("--json", "print results as JSON");
  addCleaningOptions(addModelOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (video: string, options: TrackCommandOptions) => {
      finish(await track(video, groupTrackPrompts(given, options.from), options, io));
    });
}

async function track(
  path: string,
  prompts: readonly TrackPrompt[],
  options: TrackCommandOptions,
  io: ConsoleIo,
): Promise<number> {
  if (prompts.length === 0) {
    const next = "for example --point 420,310 for what is there on the first frame";
    throw InputError.expected("track", "a prompt (--point, --box or --mask)", "none", next);
  }
  if (options.both && options.reverse) throw new InputError("--both, --reverse: expected one of them");
  await checkOutFolder(options.out);
  const formats = options.format ?? [(await hasCodecs()) ? "mp4" : "gif"];
  const work = async (loaded: LoadedVideoModel) => {
    const { runtime } = loaded;
    const video = await openFrames(path, runtime, io.signal);
    noteLeftOut(video.leftOut ?? [], io);
    try {
      for (const format of formats) {
        if (format !== "mp4" && format !== "webm") continue;
        const { checkWritable } = await import("../track/write-video.js");
        await checkWritable(format, video.size);
      }
      if (formats.includes("png")) await checkMasksStay(prompts, video, options.out);
      const tracks = await runTrack(loaded, video, prompts, { ...options, source: path }, io);
      const written: string[] = [];
      const note = (text: string) => io.note(text);
      const tracked = { video, tracks, runtime, signal: io.signal, note };
      for (const format of formats) {
        for await (const file of trackFiles(tracked, format)) {
          io.signal.throwIfAborted();
          written.push(...(await writeFiles(options.out, [file])));
        }
      }
      const [height, width] = video.size;
      await dropState(options.out, video.stem);
      const facts = { video: path, width, height, frames: video.length, tracked: tracks.frames.length };
      const framesPerSecond = Number(tracks.speed.toFixed(3));
      if (options.json) {
        const objects = summaries(tracks);
        io.out(
          JSON.stringify(
            {
              model: options.model,
              ...facts,
              leftOut: video.leftOut ?? [],
              framesPerSecond,
              objects,
              files: written,
            },
            undefined,
            2,
          ),
        );
      } else {
        const speed = framesPerSecond > 0 ? `, ${framesPerSecond} frames per second` : "";
        io.out(`${path}  ${width} x ${height}, ${facts.tracked} of ${facts.frames} frames${speed}`);
        for (const line of describe(tracks)) io.out(`  ${line}`);
        for (const name of shorten(written)) io.out(`  wrote ${name}`);
      }
      return ExitCode.ok;
    } finally {
      await video.close();
    }
  };
  return keepAlive(() => withVideoModel(options, io, work));
}

/** @throws {InputError} the label map of a frame would replace a mask that was given */
async function checkMasksStay(
  prompts: readonly TrackPrompt[],
  video: TrackFrames,
  out: string,
): Promise<void> {
  const folder = await realpath(out).catch(() => resolve(out));
  const nameOf = labelMapNames(video);
  const results = new Set(Array.from({ length: video.length }, (_, frame) => join(folder, nameOf(frame))));
  for (const place of await placesOf(prompts.flatMap(({ mask }) => (mask ? [{ path: mask }] : [])))) {
    if (!results.has(place)) continue;
    throw InputError.expected("--out", "a folder where results replace no mask", place, "choose another");
  }
}

interface Summary {
  readonly object: string;
  /** Frames on which it is seen, and the first and last of them. */
  readonly seen: number;
  readonly first: number | null;
  readonly last: number | null;
}

function summaries({ objects, frames, masks }: Tracks): Summary[] {
  return objects.map((object) => {
    const seen = frames.filter((frame) => (masks(frame).get(object)?.area ?? 0) > 0);
    return { object, seen: seen.length, first: seen[0] ?? null, last: seen.at(-1) ?? null };
  });
}

function describe(tracks: Tracks): string[] {
  const rows = summaries(tracks).map(({ object, seen, first, last }) => [
    object,
    String(seen),
    first === null ? "" : String(first),
    last === null ? "" : String(last),
  ]);
  return table([["object", "seen on", "first", "last"], ...rows], [1, 2, 3]);
}

/** A folder of many files in one line. */
function shorten(paths: readonly string[]): string[] {
  const [first, last] = [paths[0], paths.at(-1)];
  return paths.length > 8 && first && last ? [`${first} … ${last} (${paths.length} files)`] : [...paths];
}
