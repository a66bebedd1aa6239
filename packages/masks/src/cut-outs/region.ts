/** A part of an image: [x0, y0, x1, y1] in pixels, x1 and y1 exclusive. */
export type Region = readonly [number, number, number, number];
