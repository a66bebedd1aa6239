/** One limit: what stands where nothing is given, and why. */
export interface Limit {
  /** In the unit that `what` names. */
  readonly byDefault: number;
  /** What is limited, in the words of the command's help. */
  readonly what: string;
  /** Why the default is what it is. */
  readonly reason: string;
}

/** What a server takes and holds at most. Each is an option of `createServer`, and of `sam2 serve` as `--max-body-bytes`. */
export const LIMITS = {
  maxBodyBytes: {
    byDefault: 64 * 2 ** 20,
    what: "bytes of a request, or of a picture of Label Studio",
    reason: "photos of large cameras as PNG; what arrives is held in memory",
  },
  maxPixels: {
    byDefault: 100_000_000,
    what: "pixels of a picture",
    reason: "300 MB while it is decoded",
  },
  maxObjects: {
    byDefault: 256,
    what: "objects of a request",
    reason: "a second or so of decoding with small models",
  },
  maxPoints: {
    byDefault: 256,
    what: "points of an object",
    reason: "the decoder's time grows with them, and people give a dozen",
  },
  maxRequestMs: {
    byDefault: 60_000,
    what: "time for an answer, in ms",
    reason: "the largest model encodes a picture in a third of it on two cores",
  },
  maxJobMs: {
    byDefault: 600_000,
    what: "time for a job, in ms",
    reason: "everything in a picture takes the largest model minutes on two cores",
  },
  maxFrames: {
    byDefault: 10_000,
    what: "frames of a video",
    reason: "five minutes; the largest model tracks some seconds a frame on two cores",
  },
  maxVideoBytes: {
    byDefault: 256 * 2 ** 20,
    what: "bytes of a video, or of all its frames",
    reason: "they are held while the video is open",
  },
  maxVideos: {
    byDefault: 4,
    what: "videos that are open",
    reason: "a GB of frames, and some 100 MB of memories",
  },
  videoIdleMs: {
    byDefault: 600_000,
    what: "time until a video that nobody uses is closed, in ms",
    reason: "time for a break; a saved session goes on after it",
  },
  maxBatches: {
    byDefault: 64,
    what: "batches that go on, of all tenants",
    reason: "two connections to the queue each",
  },
  maxBatchEntries: {
    byDefault: 100_000,
    what: "pictures that a request for a batch may name",
    reason: "a folder may have more; their names are held in memory while it is planned",
  },
  maxKeptJobs: {
    byDefault: 64,
    what: "jobs whose events are kept to be read again",
    reason: "a few MB each",
  },
  maxEncodes: {
    byDefault: 1,
    what: "pictures encoded at the same time",
    reason: "one uses all cores; two take twice as long each",
  },
  maxClicks: {
    byDefault: 2,
    what: "requests with prompts at the same time",
    reason: "while one is in the engine, masks of another are written",
  },
  maxJobs: {
    byDefault: 1,
    what: "jobs (everything in a picture, videos) at the same time",
    reason: "one uses all cores; clicks go between its steps",
  },
  maxQueued: {
    byDefault: 32,
    what: "requests that wait for each of these three; more are asked to come again",
    reason: "the last one still has its answer in time",
  },
  maxMemoryBytes: {
    byDefault: 2 ** 30,
    what: "bytes of embeddings in memory, for each model",
    reason: "16 pictures of a 1024-pixel model, with what their prompts share",
  },
  maxIds: {
    byDefault: 100_000,
    what: "ids of embeddings remembered for each token, where there are several",
    reason: "about 20 MB",
  },
  drainMs: {
    byDefault: 25_000,
    what: "time for work under way once the server is told to stop, in ms",
    reason: "orchestrators kill after 30 s",
  },
} as const satisfies Record<string, Limit>;

/** The numbers of {@link LIMITS}. */
export type ServerLimits = { readonly [Name in keyof typeof LIMITS]: number };

/** What stands where nothing is given. */
export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { byDefault }]) => [name, byDefault]),
) as ServerLimits;
