import type { Redis } from "ioredis";
import { KEY_PREFIX } from "./shard-job.js";

/** Takes the first slot that is free, by the server's clock. @returns ms until it begins */
const TAKE = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free = math.max(now, tonumber(redis.call("GET", KEYS[1]) or 0))
redis.call("SET", KEYS[1], free + ARGV[1], "PX", free - now + ARGV[1])
return free - now`;

/**
 * When a client's next shard may start, if it has a rate: slots follow each other without a gap (the generic cell rate algorithm without bursts).
 *
 * @param slotMs  time of a shard by the rate
 * @returns       ms until its slot begins
 */
export async function takeSlot(client: Redis, name: string, slotMs: number): Promise<number> {
  return Number(await client.eval(TAKE, 1, `${KEY_PREFIX}:rate:${name}`, Math.ceil(slotMs)));
}
