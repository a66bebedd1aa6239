import { InputError } from "@sam2js/core";

/** One object of a row, prompted on frame 0. Coordinates are (x, y) in pixels of the video. */
export interface VideoRowObject {
  readonly points?: readonly (readonly number[])[] | undefined;
  /** 1 inside, 0 outside. */
  readonly labels?: readonly number[] | undefined;
  /** x0, y0, x1, y1. */
  readonly box?: readonly number[] | undefined;
}

/** Expected values of a video. */
export interface ExpectedVideoRow {
  readonly title: string;
  /** Where the video is: `owner/dataset path/in/it.mp4`, a URL or a path; undefined where the file does not say it. */
  readonly place: string | undefined;
  /** Undefined where nothing says what the row asks. */
  readonly objects: readonly VideoRowObject[] | undefined;
  /** Upper left 2 x 2 logits in the size of the video, by frame from 0 and object. */
  readonly logits: readonly number[];
  /** How far logits may be off, where the row states it. */
  readonly tolerance: number | undefined;
}

/** Numbers per object and frame. */
export const CORNER = 4;

/** The rows of `data/published.json` by their names there, spelt out as the publishers' tests ask them. */
const KNOWN: Readonly<Record<string, readonly VideoRowObject[]>> = {
  "point (210,350)": [{ points: [[210, 350]], labels: [1] }],
  "points (210,350) (250,220)": [
    {
      points: [
        [210, 350],
        [250, 220],
      ],
      labels: [1, 1],
    },
  ],
  "box [300,0,500,400]": [{ box: [300, 0, 500, 400] }],
  "box [300,0,500,400] and point (460,60)": [{ box: [300, 0, 500, 400], points: [[460, 60]], labels: [1] }],
  "two objects, frame 0: [(200,300)+ (230,250)+ (275,175)-], [(400,150)+]": [
    {
      points: [
        [200, 300],
        [230, 250],
        [275, 175],
      ],
      labels: [1, 1, 0],
    },
    { points: [[400, 150]], labels: [1] },
  ],
};

/**
 * Reads the rows of a model's videos: `"owner/name, video (place, …)": { row: logits }`, where a row is known by its name, or is
 * `{ "objects": […], "logits[:2,:2]": … }`.
 *
 * @throws {InputError} a row has another form
 */
export function parseVideoRows(
  all: Readonly<Record<string, unknown>>,
  id: string,
  file: string,
): ExpectedVideoRow[] {
  return Object.entries(all)
    .filter(([key]) => key.startsWith(`${id}, video`))
    .flatMap(([key, rows]) => {
      const place = /\(([^,;)]+)/.exec(key.slice(id.length))?.[1]?.trim();
      return Object.entries(rows as Record<string, unknown>).map(([name, row]) =>
        parseRow(name, row, place, file),
      );
    });
}

function parseRow(name: string, row: unknown, place: string | undefined, file: string): ExpectedVideoRow {
  const match = /^(.*?)(?:, tolerance ([\d.e-]+))?$/.exec(name);
  const title = match?.[1] ?? name;
  const own = typeof row === "object" && row !== null && !Array.isArray(row) ? row : undefined;
  const values = own ? (own as Record<string, unknown>)["logits[:2,:2]"] : row;
  const known = Object.hasOwn(KNOWN, title) ? KNOWN[title] : undefined;
  const objects = own ? (own as { objects?: readonly VideoRowObject[] }).objects : known;
  const logits: unknown[] = Array.isArray(values) ? values.flat(8) : [];
  const perFrame = CORNER * (objects?.length ?? 1);
  if (
    !logits.every((value) => Number.isFinite(value)) ||
    (objects && (logits.length === 0 || logits.length % perFrame !== 0))
  ) {
    throw new InputError(
      `${file}: ${name}: expected the upper left 2 x 2 logits of each object on each frame from 0, ${perFrame} numbers per frame`,
    );
  }
  return {
    title: `video, ${title}`,
    place,
    objects,
    logits: logits as number[],
    tolerance: match?.[2] === undefined ? undefined : Number(match[2]),
  };
}
