import { InputError } from "@sam2js/core";
import type { Redis } from "ioredis";
import { KEY_PREFIX } from "./shard-job.js";

/** Classes of priority, 1 to this; a class is served before all later ones. */
export const PRIORITIES = 15;
/** Turns of a class: BullMQ knows 2^21 priorities, and each class has its part of them. What is further behind shares the last turn. */
const TURNS = 2 ** 17;
const KEY = `${KEY_PREFIX}:turns`;

/** Gives a client the turns after its last one, but none that the class has passed already. @returns the first of them */
const RESERVE = `
local passed = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or 0)
local next = tonumber(redis.call("HGET", KEYS[1], ARGV[2]) or 0)
local first = math.max(passed, next)
redis.call("HSET", KEYS[1], ARGV[2], first + ARGV[3])
return first`;

const PASS = `
local passed = tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or 0)
if tonumber(ARGV[2]) > passed then redis.call("HSET", KEYS[1], ARGV[1], ARGV[2]) end`;

/**
 * In which order shards of one class are served: clients take turns, a shard each, however many they have and whenever they come. The n-th shard of a client
 * has the turn n after the one that is being served: start-time fair queueing with equal weights. The turn is the lower part of BullMQ's priority.
 *
 * @see Goyal, Vin and Cheng, "Start-time Fair Queuing", 1996
 */
export class Turns {
  readonly #client: Redis;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** BullMQ's priorities of a client's next shards, in order. @throws {InputError} there is no such class */
  async reserve(priority: number, client: string, count: number): Promise<number[]> {
    if (!(Number.isSafeInteger(priority) && priority >= 1 && priority <= PRIORITIES)) {
      throw InputError.expected("priority", `a whole number from 1 to ${PRIORITIES}`, priority);
    }
    const member = `${priority}:${client}`;
    const first = Number(await this.#client.eval(RESERVE, 1, KEY, priority, member, count));
    const turn = (at: number) => Math.min(first + at, TURNS - 1);
    return Array.from({ length: count }, (_, at) => priority * TURNS + turn(at));
  }

  /** Notes that a shard was taken: who comes now begins at its turn. */
  async pass(bullPriority: number): Promise<void> {
    await this.#client.eval(PASS, 1, KEY, Math.floor(bullPriority / TURNS), bullPriority % TURNS);
  }

  /** Begins anew: for an empty queue. */
  async reset(): Promise<void> {
    await this.#client.del(KEY);
  }
}
