import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { storedZip } from "./stored-zip.js";

export const TOKEN = "cvat-token-of-the-tests";

export interface StandInTask {
  readonly frames: readonly Buffer[];
  readonly deleted?: readonly number[];
  readonly labels?: readonly { readonly id: number; readonly name: string; readonly type: string }[];
  readonly shapes?: readonly object[];
}

export interface QueuedRequest {
  readonly id: string;
  readonly function: number;
  readonly category: "interactive" | "batch";
  readonly params: Record<string, unknown>;
  status: "queued" | "running" | "completed" | "failed";
  agent?: string;
  // biome-ignore lint/suspicious/noExplicitAny: results are looked at as they come
  result?: any;
  error?: string;
  readonly progress: number[];
  acquiredAt?: number;
  endedAt?: number;
}

interface Refusal {
  readonly path: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  left: number;
}

/** The part of CVAT that agents speak with. The genuine cvat-cli is run against it, which proves it. */
export class StandInCvat {
  readonly tasks = new Map<number, StandInTask>();
  readonly functions = new Map<number, Record<string, unknown>>();
  readonly requests: QueuedRequest[] = [];
  /** `METHOD path` of everything that was asked. */
  readonly calls: string[] = [];
  /** Milliseconds that agents shall wait before they connect to the stream again. */
  retryMs = 50;
  address = "";
  readonly #refusals: Refusal[] = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<StandInCvat> {
    const standIn = new StandInCvat();
    await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
    standIn.address = `http://127.0.0.1:${(standIn.#server.address() as AddressInfo).port}`;
    onTestFinished(() => standIn.stop());
    return standIn;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Registers a function as CVAT would have it. */
  addFunction(fields: Record<string, unknown>): number {
    const id = this.functions.size + FIRST_ID;
    const isInteractor = fields.kind === "interactor";
    this.functions.set(id, {
      id,
      ...(isInteractor && { min_pos_points: 1, min_neg_points: -1, startswith_box: false, startswith_box_optional: false }),
      ...fields,
      ...(fields.labels_v2 !== undefined && {
        labels_v2: (fields.labels_v2 as object[]).map((label) => ({ type: "unknown", attributes: [], ...label })),
      }),
    });
    return id;
  }

  /** Puts a request into the queue of a function, the first one where none is given, and tells the agents that listen. */
  ask(
    category: QueuedRequest["category"],
    params: Record<string, unknown>,
    functionId = FIRST_ID,
  ): QueuedRequest {
    const request: QueuedRequest = {
      id: randomUUID(),
      function: functionId,
      category,
      params,
      status: "queued",
      progress: [],
    };
    this.requests.push(request);
    this.#tell(category);
    return request;
  }

  /** Waits until a request has ended. */
  async ended(request: QueuedRequest): Promise<QueuedRequest> {
    await until(() => request.status === "completed" || request.status === "failed", () => `request ${request.status}`);
    return request;
  }

  /** As CVAT does with the requests of agents of which it heard nothing for long. */
  giveBack(): void {
    for (const request of this.requests) if (request.status === "running") request.status = "queued";
    for (const { category } of this.requests) this.#tell(category);
  }

  /** The next calls of a path are refused. */
  refuse(path: RegExp, status: number, times: number, headers?: Record<string, string>): void {
    this.#refusals.push({ path, status, left: times, ...(headers && { headers }) });
  }

  /** Nothing is refused any longer. */
  forgive(): void {
    this.#refusals.length = 0;
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** Ends event streams, or breaks their connections. */
  cutStreams(how: "end" | "break"): void {
    for (const stream of this.#streams) how === "end" ? stream.end() : stream.destroy();
    this.#streams.clear();
  }

  count(call: RegExp): number {
    return this.calls.filter((each) => call.test(each)).length;
  }

  #tell(request_category: string): void {
    for (const stream of this.#streams)
      stream.write(`event: newrequest\ndata: ${JSON.stringify({ request_category })}\n\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.address);
    const call = `${request.method} ${pathname}`;
    this.calls.push(call);
    const sent = await readAll(request);
    if (sent === undefined) return;
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      const isFile = Buffer.isBuffer(body);
      response.writeHead(status, { "content-type": isFile ? "image/jpeg" : "application/vnd.cvat+json", ...headers });
      response.end(isFile ? body : JSON.stringify(body));
    };
    const refusal = this.#refusals.find(({ path, left }) => left > 0 && path.test(call));
    if (refusal) {
      refusal.left -= 1;
      return send(refusal.status, { detail: "refused" }, refusal.headers);
    }
    if (call === "GET /api/server/about")
      return send(200, { name: "CVAT", description: "stand-in", version: "2.80.0", logo_url: "", subtitle: "" });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return send(401, { detail: "Invalid token." });
    const [status, body] = this.#route(call, searchParams, sent && JSON.parse(sent), response) ?? [404, { detail: "Not found." }];
    if (status !== 0) send(status, body);
  }

  #route(call: string, query: URLSearchParams, body: Record<string, unknown>, response: ServerResponse): [number, unknown] | undefined {
    if (call === "POST /api/functions") return [201, this.functions.get(this.addFunction(body))];
    const [, taskId, more] = /^GET \/api\/tasks\/(\d+)(\/.*)?$/.exec(call) ?? [];
    if (taskId) return this.#task(Number(taskId), more, query);
    if (call === "GET /api/labels") {
      const results = this.#labels(Number(query.get("task_id")));
      return [200, { count: results.length, next: null, previous: null, results }];
    }
    const [, functionId] = /^GET \/api\/functions\/(\d+)$/.exec(call) ?? [];
    const known = this.functions.get(Number(functionId));
    if (known) return [200, known];
    const [, queue, rest = ""] = /\/api\/functions\/queues\/function(?::|%3A)(\d+)\/(.*)$/.exec(call) ?? [];
    if (!queue || !this.functions.has(Number(queue))) return undefined;
    if (rest === "watch") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`: hello\nretry: ${this.retryMs}\n\n`);
      this.#streams.add(response);
      response.on("close", () => this.#streams.delete(response));
      return [0, undefined];
    }
    if (typeof body?.agent_id !== "string") return [400, { agent_id: ["This field is required."] }];
    if (rest === "requests/acquire") return this.#acquire(Number(queue), body);
    const [, id, action = ""] = /^requests\/([\w-]+)\/(update|complete|fail)$/.exec(rest) ?? [];
    const asked = this.requests.find((each) => each.id === id);
    return asked && this.#act(asked, action, body);
  }

  #acquire(queue: number, { agent_id, request_category }: Record<string, unknown>): [number, unknown] {
    if (request_category !== "interactive" && request_category !== "batch") return [400, { request_category: ["unknown"] }];
    const found = this.requests.find(({ status, category, function: id }) => status === "queued" && category === request_category && id === queue);
    if (!found) return [200, { ar_assignment: null }];
    Object.assign(found, { status: "running", agent: agent_id, acquiredAt: performance.now() });
    return [200, { ar_assignment: { ar_id: found.id, ar_params: found.params } }];
  }

  #act(asked: QueuedRequest, action: string, { agent_id, ...body }: Record<string, unknown>): [number, unknown] {
    if (asked.status !== "running" || asked.agent !== agent_id) return [409, { detail: "not your request" }];
    if (action === "update") asked.progress.push(body.progress as number);
    else if (action === "complete") Object.assign(asked, { status: "completed", result: body, endedAt: performance.now() });
    else Object.assign(asked, { status: "failed", error: body.exc_info, endedAt: performance.now() });
    return [200, {}];
  }

  #labels(task: number): object[] {
    const known = this.tasks.get(task)?.labels ?? [];
    return known.map((label) => ({ color: "#000", attributes: [], sublabels: [], has_parent: false, parent_id: null, task_id: task, ...label }));
  }

  #task(id: number, more: string | undefined, query: URLSearchParams): [number, unknown] | undefined {
    const task = this.tasks.get(id);
    if (!task) return undefined;
    const size = task.frames.length;
    if (more === undefined) return [200, taskRead(id, size, this.address)];
    if (more === "/annotations/") return [200, { version: 0, tags: [], tracks: [], shapes: task.shapes ?? [] }];
    if (more === "/data/meta") {
      const frames = task.frames.map((_, index) => ({ width: 800, height: 534, name: `${index}.jpg`, related_files: 0 }));
      const chunks = { chunk_size: CHUNK, chunks_updated_date: DATE, size, image_quality: 70 };
      return [200, { ...chunks, start_frame: 0, stop_frame: size - 1, frame_filter: "", frames, deleted_frames: task.deleted ?? [], cloud_storage_id: null }];
    }
    if (more !== "/data/" || query.get("quality") !== "original") return undefined;
    const number = Number(query.get("number"));
    if (query.get("type") === "chunk") return [200, storedZip(task.frames.slice(number * CHUNK, (number + 1) * CHUNK))];
    const frame = query.get("type") === "frame" && task.frames[number];
    return frame ? [200, frame] : undefined;
  }
}

const FIRST_ID = 7;
const CHUNK = 2;
const DATE = "2026-01-01T00:00:00Z";

/** A task with all that the SDK wants of one. */
function taskRead(id: number, size: number, address: string): object {
  const owner = { url: `${address}/api/users/1`, id: 1, username: "a", first_name: "", last_name: "" };
  const storage = { id: 1, location: "local", cloud_storage_id: null };
  return {
    url: `${address}/api/tasks/${id}`, id, name: `task ${id}`, project_id: null, mode: "annotation", owner, assignee: null,
    bug_tracker: "", created_date: DATE, updated_date: DATE, overlap: 0, segment_size: size, status: "annotation",
    labels: { url: `${address}/api/labels?task_id=${id}` }, jobs: { url: `${address}/api/jobs?task_id=${id}`, count: 1, completed: 0, validation: 0 },
    data_chunk_size: CHUNK, data_compressed_chunk_type: "imageset", data_original_chunk_type: "imageset", size, image_quality: 70, data: id,
    dimension: "2d", subset: "", organization: null, target_storage: storage, source_storage: storage, assignee_updated_date: null,
    validation_mode: null, consensus_enabled: false, guide_id: null, data_cloud_storage_id: null, organization_id: null, project_name: null, initial_replicas: 0,
  };
}

/** A request's body; undefined where whoever asked is gone, as at the end of a test. */
function readAll(request: IncomingMessage): Promise<string | undefined> {
  return text(request).catch(() => undefined);
}

/** Of whatever is waited for, so that it is said before the test's own time is over. */
const PATIENCE_MS = 280_000;

/** Waits until something holds. @param what  for the message where it never does */
export async function until(holds: () => boolean, what: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
