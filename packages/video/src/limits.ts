/** Objects of a session: each costs memory attention per frame, and 7 MiB of memories at the published size. */
export const MAX_OBJECTS = 64;
/** Prompted frames of one object: each is attended to on every later frame. */
export const MAX_CONDITIONING_FRAMES = 64;
/** Points of one prompt: each is a token of the decoder. */
export const MAX_POINTS = 256;
/** Frame indices of a session, also of a saved one: a year at 30 frames a second. Numbers far above are mistakes, not frames. */
export const MAX_FRAMES = 1_000_000_000;
