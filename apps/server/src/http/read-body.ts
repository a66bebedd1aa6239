import { InputError, Sam2Error } from "@sam2js/core";
import type { FastifyError, FastifyRequest } from "fastify";
import { RequestError } from "../errors/request-error.js";

/** A request with a picture, however it was sent. */
export interface PictureRequest {
  /** Bytes of the picture's file, if one was sent. */
  readonly file: Uint8Array | undefined;
  /** Everything else: of JSON the other fields, of a form its field `request` or its text fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Makes a form the body of its request, so that its schema checks it: files as bytes, the field `request` as the JSON that it holds, others as text. For
 * `preValidation` of routes that take forms.
 *
 * @throws {RequestError} 400: `request` is no JSON
 */
export async function readForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const body: Record<string, unknown> = {};
  for await (const part of formParts(request)) {
    if (part.type === "file") body[part.fieldname] = await part.toBuffer();
    else body[part.fieldname] = part.fieldname === "request" ? parseJson(part.value) : part.value;
  }
  request.body = body;
}

/** Parts that a form may have, where its route says nothing else. */
export const FORM_LIMITS = { files: 1, fields: 8, parts: 10 };

/** What a form has too many of, by the code of the library's error. */
const TOO_MANY = { FST_FILES_LIMIT: "files", FST_FIELDS_LIMIT: "fields", FST_PARTS_LIMIT: "parts" } as const;

/**
 * The parts of a form.
 *
 * @param limits  what differs from {@link FORM_LIMITS}, and bytes of a file
 * @throws {RequestError} 400: it is none; 413: it has more than `limits` allow  @throws what other limits are exceeded
 */
export async function* formParts(
  request: FastifyRequest,
  limits: Partial<typeof FORM_LIMITS> & { readonly fileSize?: number } = {},
): ReturnType<FastifyRequest["parts"]> {
  try {
    yield* request.parts({ limits });
  } catch (error) {
    const { statusCode, message, code } = error as Partial<FastifyError>;
    const kind = TOO_MANY[code as keyof typeof TOO_MANY];
    if (kind !== undefined) {
      throw RequestError.moreThan(`${kind} of the form`, { ...FORM_LIMITS, ...limits }[kind], "send fewer");
    }
    if (statusCode !== undefined || Sam2Error.isInstance(error)) throw error;
    throw new RequestError("INVALID_INPUT", `form: expected multipart/form-data, got ${message}`, {
      status: 400,
    });
  }
}

/**
 * The picture of a body that was checked: bytes in a form (`image`), Base64 in JSON (`image`), or the body itself.
 *
 * @throws {InputError} there is no body, or `image` is no Base64
 */
export function readPicture(body: unknown): PictureRequest {
  if (Buffer.isBuffer(body)) return { file: body, fields: {} };
  if (typeof body !== "object" || body === null) {
    throw InputError.expected("body", "a picture, a form or JSON", "none", "see /docs");
  }
  const { image, request, ...fields } = body as Record<string, unknown>;
  const file = typeof image === "string" ? fromBase64(image) : (image as Uint8Array | undefined);
  return { file, fields: (request as PictureRequest["fields"] | undefined) ?? fields };
}

/** Lines may be broken, as many programs write them. @throws {InputError} it is no Base64 */
export function fromBase64(text: string): Uint8Array {
  const plain = (text.startsWith("data:") ? text.slice(text.indexOf(",") + 1) : text).replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) {
    throw InputError.expected("image", "an image file in Base64", "other characters, or nothing");
  }
  return Buffer.from(plain, "base64");
}

/**
 * JSON that is no body, checked by a schema as bodies are.
 *
 * @throws {RequestError} 400: no JSON  @throws {InputError} it does not fit the schema
 */
export function validateJson<T>(request: FastifyRequest, name: string, text: string, schema: object): T {
  const json = parseJson(text, name);
  const validate = request.getValidationFunction(schema) ?? request.compileValidationSchema(schema);
  if (validate(json)) return json as T;
  const { instancePath = "", message } = validate.errors?.[0] ?? {};
  const expected = message?.replace(/^must /, "to ") ?? "another value";
  throw InputError.expected(
    `${name}${instancePath}`,
    expected,
    "something else",
    "see the README of the server",
  );
}

/** A byte order mark may stand before it, as before a body. @throws {RequestError} 400: no JSON */
export function parseJson(text: unknown, name = "request"): unknown {
  try {
    return JSON.parse(String(text).replace(/^\uFEFF/, ""));
  } catch {
    throw new RequestError("INVALID_INPUT", `${name}: expected JSON, got something else`, { status: 400 });
  }
}
