/** What a row of expected values asks of a model. Coordinates are (x, y) in pixels of the images. */
export interface RowPrompts {
  /** Names of images, in the order of the batch. */
  readonly images: readonly string[];
  /** [image][object][point][x, y]. */
  readonly points?: readonly (readonly (readonly (readonly number[])[])[])[] | undefined;
  /** [image][object][point], 1 inside, 0 outside. */
  readonly labels?: readonly (readonly (readonly number[])[])[] | undefined;
  /** [image][box][x0, y0, x1, y1]. */
  readonly boxes?: readonly (readonly (readonly number[])[])[] | undefined;
  readonly multimask: boolean;
  /** The best of the three masks for this click is the mask prompt. */
  readonly refine?: { readonly point: readonly [number, number] } | undefined;
}

export interface KnownRow extends RowPrompts {
  /** Short name for the table. */
  readonly title: string;
}

/** The rows of `data/published.json` by their names there, spelt out as the integration tests of the publishers ask them. */
export const KNOWN_ROWS: Readonly<Record<string, KnownRow>> = {
  "truck, one point (500, 375), multimask": {
    title: "one point, three masks",
    images: ["truck"],
    points: [[[[500, 375]]]],
    labels: [[[1]]],
    multimask: true,
  },
  "truck, one point, single mask": {
    title: "one point, one mask",
    images: ["truck"],
    points: [[[[500, 375]]]],
    labels: [[[1]]],
    multimask: false,
  },
  "truck (500,375)+ and dog (770,200)+ (730,120)-": {
    title: "two images, one and two points",
    images: ["truck", "dog"],
    points: [
      [[[500, 375]]],
      [
        [
          [770, 200],
          [730, 120],
        ],
      ],
    ],
    labels: [[[1]], [[1, 0]]],
    multimask: true,
  },
  "truck [(500,375)], [(650,750)]; groceries [(400,300)], [(630,300),(550,300)]; single mask": {
    title: "two images, two objects each",
    images: ["truck", "groceries"],
    points: [
      [[[500, 375]], [[650, 750]]],
      [
        [[400, 300]],
        [
          [630, 300],
          [550, 300],
        ],
      ],
    ],
    labels: [
      [[1], [1]],
      [[1], [1, 1]],
    ],
    multimask: false,
  },
  "boxes truck [75,275,1725,850] [425,600,700,875] [1375,550,1650,800] [1240,675,1400,750]; groceries [450,170,520,350] [350,190,450,350] [500,170,580,350] [580,170,640,350]; single mask":
    {
      title: "two images, four boxes each",
      images: ["truck", "groceries"],
      boxes: [
        [
          [75, 275, 1725, 850],
          [425, 600, 700, 875],
          [1375, 550, 1650, 800],
          [1240, 675, 1400, 750],
        ],
        [
          [450, 170, 520, 350],
          [350, 190, 450, 350],
          [500, 170, 580, 350],
          [580, 170, 640, 350],
        ],
      ],
      multimask: false,
    },
  "refine best mask of (500,375) with (500,375)+ (1125,625)+, single mask": {
    title: "refined by a point inside",
    images: ["truck"],
    points: [
      [
        [
          [500, 375],
          [1125, 625],
        ],
      ],
    ],
    labels: [[[1, 1]]],
    multimask: false,
    refine: { point: [500, 375] },
  },
  "the same with (1125,625)-": {
    title: "refined by a point outside",
    images: ["truck"],
    points: [
      [
        [
          [500, 375],
          [1125, 625],
        ],
      ],
    ],
    labels: [[[1, 0]]],
    multimask: false,
    refine: { point: [500, 375] },
  },
};
