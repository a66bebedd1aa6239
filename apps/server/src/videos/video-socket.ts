import { InputError, sortedCorners } from "@sam2js/core";
import { decompressRle, Mask } from "@sam2js/masks";
import type { Sam2VideoSegmentationOutput } from "@sam2js/video";
import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { WorkQueue } from "../engine/work-queue.js";
import { toProblem } from "../errors/problem.js";
import { RequestError } from "../errors/request-error.js";
import { rleAnswer } from "../http/mask-answers.js";
import { objectNames } from "../http/object-names.js";
import type { Prompt } from "../schemas/segment.js";
import type { VideoMessage, VideoReply } from "../schemas/videos.js";
import type { VideoSession } from "./video-sessions.js";

/** Messages of one socket that are at work or wait; people click slower, and programs should wait for answers. */
const MAX_OPEN = 32;

/** A socket that answers nothing for so long is dead. */
const PING_MS = 30_000;

/** The conversation over one socket: prompts are answered with masks of their frame, a propagation with masks frame by frame. */
export class VideoSocket {
  readonly #socket: WebSocket;
  readonly #video: VideoSession;
  readonly #jobs: WorkQueue;
  readonly #parse: (text: string) => VideoMessage;
  readonly #log: FastifyBaseLogger;
  readonly #requestId: string;
  /** Of the propagation that goes on. */
  #propagation: AbortController | undefined;
  #open = 0;

  /**
   * @param parse  reads a message  @throws {InputError} it is none
   * @param jobs   where each step waits for its turn
   */
  constructor(
    socket: WebSocket,
    video: VideoSession,
    { log, id }: FastifyRequest,
    parse: (text: string) => VideoMessage,
    jobs: WorkQueue,
  ) {
    this.#socket = socket;
    this.#video = video;
    this.#parse = parse;
    this.#jobs = jobs;
    this.#log = log;
    this.#requestId = id;
  }

  /** Listens until either side hangs up or the video ends. */
  start(): void {
    const socket = this.#socket;
    const video = this.#video;
    let isAlive = true;
    const ping = setInterval(() => {
      if (!isAlive) socket.terminate();
      isAlive = false;
      socket.ping();
    }, PING_MS);
    const end = () => socket.close(1001, "the video ended");
    video.touch(1);
    video.ended.addEventListener("abort", end, { once: true });
    socket.on("pong", () => {
      isAlive = true;
      video.touch(); // whoever has the video open may look at it for long
    });
    socket.on("message", (data) => void this.#answer(String(data)));
    socket.on("error", (error) => this.#log.info({ err: error }, "socket failed"));
    socket.once("close", () => {
      clearInterval(ping);
      video.touch(-1);
      video.ended.removeEventListener("abort", end);
      this.#propagation?.abort(RequestError.unavailable("the client hung up"));
    });
  }

  async #answer(text: string): Promise<void> {
    let re: number | undefined;
    this.#open += 1;
    this.#video.touch();
    try {
      if (this.#open > MAX_OPEN)
        throw new RequestError(
          "RATE_LIMITED",
          `expected at most ${MAX_OPEN} open messages; wait for answers`,
          {
            status: 429,
          },
        );
      const message = this.#parse(text);
      re = message.id;
      await this.#handle(message);
    } catch (error) {
      const { problem, isOurs } = toProblem(error, this.#requestId);
      if (isOurs) this.#log.error({ err: error }, "failed");
      await this.#send({ type: "problem", re, problem });
    } finally {
      this.#open -= 1;
      this.#video.touch();
    }
  }

  async #handle(message: VideoMessage): Promise<void> {
    const { session } = this.#video;
    if (message.type === "prompt") return this.#prompt(message);
    if (message.type === "propagate") return this.#propagate(message);
    if (message.type === "cancel") this.#propagation?.abort(new Cancelled());
    if (message.type === "remove") session.removeObject(message.object);
    if (message.type === "clear") session.clearInputs(message.object, message.frame);
    if (message.type === "reset") session.reset();
    await this.#send({ type: "done", re: message.id });
  }

  async #prompt(message: VideoMessage & { type: "prompt" }): Promise<void> {
    const { session, loaded, ended } = this.#video;
    const { frame, id, add = false } = message;
    const names = objectNames(message.objects);
    const inputs = message.objects.map((object, index) => ({
      frameIndex: frame,
      objectIds: names[index] as string | number,
      ...toInputs(object),
      ...(add && { clearOldInputs: false }),
    }));
    loaded.processor.addInputsToInferenceSession(session, inputs);
    const output = await this.#jobs.run(
      () => loaded.model.forward(session, { frameIndex: frame, objectIds: names, signal: ended }),
      ended,
    );
    await this.#sendMasks(output, id);
    await this.#send({ type: "done", re: id });
  }

  async #propagate({ id, start, frames, direction = "forward" }: VideoMessage & { type: "propagate" }) {
    const { session, loaded, ended } = this.#video;
    if (this.#propagation)
      throw InputError.expected("propagate", "one at a time", "another", "cancel the first, or wait for it");
    const controller = new AbortController();
    this.#propagation = controller;
    const end = () => controller.abort(ended.reason);
    ended.addEventListener("abort", end, { once: true });
    const { signal } = controller;
    try {
      this.#jobs.assertRoom();
      const options = { startFrameIndex: start, maxFrameNumToTrack: frames, signal };
      const outputs =
        direction === "both"
          ? loaded.model.propagateBothWays(session, options)
          : loaded.model.propagateInVideoIterator(session, { ...options, reverse: direction === "backward" });
      for (;;) {
        const { value, done } = await this.#jobs.run(() => outputs.next(), signal, true);
        if (done || !value) break;
        await this.#sendMasks(value, id);
      }
      await this.#send({ type: "done", re: id });
    } catch (error) {
      if (!(signal.reason instanceof Cancelled)) throw error;
      await this.#send({ type: "done", re: id, cancelled: true });
    } finally {
      ended.removeEventListener("abort", end);
      this.#propagation = undefined;
    }
  }

  async #sendMasks(output: Sam2VideoSegmentationOutput, re: number | undefined): Promise<void> {
    const masks = output.toMasks();
    const objects = output.objectIds.flatMap((id, index) => {
      const mask = masks[index];
      if (!mask || !output.present[index]) return [];
      return [{ id, score: mask.objectScore ?? 0, area: mask.area, rle: rleAnswer(mask) }];
    });
    await this.#send({ type: "masks", re, frame: output.frameIndex, objects });
  }

  /** Waits until the message has left, so that a slow reader slows the work down. */
  #send(reply: VideoReply): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return resolve();
      this.#socket.send(JSON.stringify(reply), () => resolve());
    });
  }
}

/** Why a propagation ended: its client asked for it. */
class Cancelled {}

function toInputs({ points, labels, box, mask }: Prompt) {
  if (mask) {
    if (points || box) throw InputError.expected("mask", "no points or box beside it", "both");
    return { inputMasks: [new Mask(decompressRle(mask))] };
  }
  return {
    ...(points && {
      inputPoints: [[points.map(([x, y]) => [x, y])]],
      inputLabels: [[labels ?? points.map(() => 1)]],
    }),
    ...(box && { inputBoxes: [[[...sortedCorners(box)]]] }),
  };
}
