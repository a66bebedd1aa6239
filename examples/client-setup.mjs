// What the examples of the client share: the server at SAM2_SERVER (with SAM2_TOKEN), or one with nano that ends with the example.
import { readFile } from "node:fs/promises";
import { Sam2Client } from "@sam2js/client";
import { createServer } from "@sam2js/server";
import { WebSocket } from "ws"; // Node has one of its own from version 22 on, and so have browsers

export async function connect() {
  const { SAM2_SERVER, SAM2_TOKEN: token } = process.env;
  const server = SAM2_SERVER ? undefined : await createServer({ port: 0, logger: false });
  const baseUrl = SAM2_SERVER ?? (await server.listen());
  const client = new Sam2Client({ baseUrl, token, WebSocket });
  while (!(await client.isReady())) await new Promise((resolve) => setTimeout(resolve, 100)); // models are being loaded
  return { client, close: async () => server?.close() };
}

/** The bytes of a picture: what a page has as a File. */
export const bytesOf = (name) => readFile(new URL(`images/${name}`, import.meta.url));
