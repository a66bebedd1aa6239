import { InputError, NotFoundError } from "@sam2js/core";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { fromBase64, validateJson } from "../http/read-body.js";
import { workSignal } from "../http/work-signal.js";
import { FileBytes, problems } from "../schemas/common.js";
import { VideoAnswer, type VideoMessage, VideoPath, videoMessage, videoSchemas } from "../schemas/videos.js";
import type { RouteGroup } from "../services.js";
import { fileFrames, pictureFrames } from "./open-frames.js";
import { readVideoForm } from "./read-video-form.js";
import type { VideoSession } from "./video-sessions.js";
import { VideoSocket } from "./video-socket.js";

interface VideoBody {
  readonly frames?: readonly (string | Uint8Array)[];
  readonly video?: Uint8Array;
  readonly session?: Uint8Array;
  readonly model?: string;
  readonly request?: { readonly model?: string };
}

/** Objects followed through videos, over a WebSocket. */
export const videoRoutes: RouteGroup = (app, services) => {
  const { engines, videos, limits, runtime, queues, openVideo } = services;
  const schemas = videoSchemas(limits);
  const Message = videoMessage(limits);
  const videoOf = ({ tenant }: FastifyRequest, id: string): VideoSession => {
    const video = videos.find(tenant, id);
    if (!video)
      throw NotFoundError.expected("video", "one that is open", JSON.stringify(id), "send it again");
    return video;
  };

  app.post(
    "/v1/videos",
    {
      bodyLimit: limits.maxVideoBytes,
      preValidation: (request) => readVideoForm(request, limits),
      schema: {
        tags: ["videos"],
        operationId: "openVideo",
        summary: "Opens a video: frames as pictures, or a file; a saved session goes on where it was",
        body: {
          content: {
            "application/json": { schema: schemas.json },
            "multipart/form-data": { schema: schemas.form },
          },
        },
        response: { 201: VideoAnswer, ...problems },
      },
    },
    async (request, reply) => {
      const {
        frames,
        video: file,
        session: saved,
        model,
        request: given,
      } = (request.body as VideoBody | null) ?? {};
      if ((frames === undefined) === (file === undefined))
        throw InputError.expected("request", "frames or a video", file ? "both" : "neither");
      const engine = engines.get(given?.model ?? model);
      const signal = workSignal(reply, limits.maxRequestMs);
      const video = await videos.add(async () => {
        const loaded = await engine.loadVideo(signal);
        const pictures = frames?.map((frame) => (typeof frame === "string" ? fromBase64(frame) : frame));
        const source = pictures
          ? await pictureFrames(pictures, engine, runtime, signal)
          : await fileFrames(file as Uint8Array, openVideo, limits, signal);
        try {
          const session = saved
            ? await loaded.model.restoreSession(saved, { video: source })
            : loaded.processor.initVideoSession({ video: source });
          return { tenant: request.tenant, engine, loaded, session, frames: source };
        } catch (error) {
          await source.close();
          throw error;
        }
      });
      return reply.code(201).header("location", `/v1/videos/${video.id}`).send(video.describe());
    },
  );

  app.route({
    method: "GET",
    url: "/v1/videos/:id",
    schema: {
      tags: ["videos"],
      operationId: "readVideo",
      summary: "The state of a video; as a WebSocket, the conversation about it",
      description:
        "Clients send JSON: prompt, propagate, cancel, remove, clear, reset. Answers are masks of a frame, done, or problem; `re` is the `id` of the message.",
      params: VideoPath,
      response: { 200: VideoAnswer, ...problems },
    },
    handler: async (request) => videoOf(request, request.params.id).describe(),
    wsHandler: (socket, request) => {
      const video = videos.find(request.tenant, (request.params as { readonly id: string }).id);
      if (!video) return socket.close(4404, "no such video");
      const parse = (text: string) => validateJson<VideoMessage>(request, "message", text, Message);
      new VideoSocket(socket, video, request, parse, queues.jobs).start();
    },
  });

  app.get(
    "/v1/videos/:id/session",
    {
      schema: {
        tags: ["videos"],
        operationId: "saveVideo",
        summary:
          "The session as bytes, to go on later or elsewhere: the field `session` of a form with the same frames",
        params: VideoPath,
        response: {
          200: {
            description: "prompts and memories, no pixels",
            content: { "application/octet-stream": { schema: FileBytes } },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const bytes = await videoOf(request, request.params.id).session.serialize();
      return reply.type("application/octet-stream").send(bytes);
    },
  );

  app.delete(
    "/v1/videos/:id",
    {
      schema: {
        tags: ["videos"],
        operationId: "closeVideo",
        summary: "Closes a video",
        params: VideoPath,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      await videos.end(videoOf(request, request.params.id));
      return reply.code(204).send(null);
    },
  );
};
