/** Places in the Int32Array that an engine's thread shares with the one that started it. */

/** How many pieces of native code are under way in the engine's thread. */
export const RUNS = 0;
/** 1 from when the process ends on: no native code begins any more. */
export const STOPS = 1;
