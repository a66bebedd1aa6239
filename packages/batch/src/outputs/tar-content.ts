import { pack } from "tar-stream";

/** A file in a tar. */
export interface TarMember {
  readonly name: string;
  readonly content: Uint8Array;
}

/** All that could differ from one run to the next. */
const FIXED = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 };

/** The bytes of a tar, one member at a time. Equal members make equal bytes. */
export async function* tarContent(members: AsyncIterable<TarMember>): AsyncGenerator<Uint8Array> {
  const tar = pack();
  for await (const { name, content } of members) {
    tar.entry({ name, size: content.length, ...FIXED }, Buffer.from(content));
    for (let piece = tar.read(); piece; piece = tar.read()) yield piece as Uint8Array;
  }
  tar.finalize();
  yield* tar as AsyncIterable<Uint8Array>;
}
