import { crc32 } from "node:zlib";

/** A zip of files that are not compressed, named 0.jpg, 1.jpg, …: how CVAT hands out chunks of frames. */
export function storedZip(files: readonly Buffer[]): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const name = Buffer.from(`${index}.jpg`);
    const facts = Buffer.alloc(26); // from "version needed" to "extra length", the same in both headers
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(file), 10);
    facts.writeUInt32LE(file.length, 14);
    facts.writeUInt32LE(file.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), facts, place, name]));
    const body = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), facts, name, file]);
    bodies.push(body);
    offset += body.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}
