import type { ModelFile } from "@sam2js/core";
import { type Piece, readPieces } from "../files/read-pieces.js";
import { MAX_ZIP_DIRECTORY_BYTES, MAX_ZIP_MEMBERS } from "../limits.js";
import { refuseFile, refuseProgram } from "./refuse-file.js";

/** A member of a zip file as it lies there, uncompressed. */
export interface ZipMember {
  readonly name: string;
  /** Of its first byte, from the start of the file. */
  readonly byteOffset: number;
  readonly sizeBytes: number;
}

/** A member as the central directory describes it. */
interface Listed {
  readonly name: string;
  readonly headerOffset: number;
  readonly sizeBytes: number;
  /** The name's bytes, which the local header must repeat. */
  readonly nameBytes: Uint8Array;
}

const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;
const SIGNATURE = {
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
  entry: 0x02014b50,
  local: 0x04034b50,
};
/** Bits of a member's flags: encrypted, strongly encrypted, masked header. */
const ENCRYPTED = 0x2041;
const SIZE_FOLLOWS = 8;
const IN_ZIP64 = 0xffffffff;
const ZIP64_FIELD = 1;
const [FILE_KIND, SYMBOLIC_LINK] = [0xf000, 0xa000];
const STORED = 0;
/** The code of a program, compressed, which weights have not. */
const PROGRAM = /^[^/]+\/code\//;

const REPACK =
  'open it in Python and save it again: torch.save(torch.load("in.pt", weights_only=True), "out.pt")';

/**
 * Finds the members of a zip file without reading what is in them: the central directory (zip64 too) and the header before each member.
 * When it returns, every member is stored uncompressed, lies inside the file and overlaps no other.
 *
 * @param where  what messages call the file
 * @returns members by name
 * @throws {CheckpointError} no zip file; a damaged or lying directory; members that are compressed, encrypted, links, or given twice
 */
export async function readZipDirectory(
  file: ModelFile,
  where: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ZipMember>> {
  const { offset, sizeBytes, count } = await findDirectory(file, where, signal);
  const bytes = await file.read(offset, offset + sizeBytes, signal);
  const listed = parseDirectory(bytes, count, where);
  return locate(file, listed, offset, where, signal);
}

async function findDirectory(file: ModelFile, where: string, signal?: AbortSignal) {
  const begin = Math.max(0, file.sizeBytes - END_BYTES - MAX_COMMENT_BYTES - LOCATOR_BYTES);
  const tail = view(await file.read(begin, file.sizeBytes, signal));
  let at = tail.byteLength - END_BYTES;
  // The end record is the last that says rightly how long the comment behind it is.
  while (
    at >= 0 &&
    !(is(tail, at, SIGNATURE.end) && tail.getUint16(at + 20, true) === tail.byteLength - at - END_BYTES)
  )
    at--;
  if (at < 0)
    return refuseFile(where, "the end of a zip directory", "none", "the file is truncated; get it again");
  let end = begin + at;
  let [count, sizeBytes, offset] = [
    tail.getUint16(at + 10, true),
    tail.getUint32(at + 12, true),
    tail.getUint32(at + 16, true),
  ];
  let isOneFile = tail.getUint32(at + 4, true) === 0;
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && is(tail, locator, SIGNATURE.locator)) {
    end = Number(tail.getBigUint64(locator + 8, true));
    if (end + END64_BYTES > begin + locator)
      return refuseFile(
        where,
        "a zip64 directory inside the file",
        String(end),
        "the file is damaged; get it again",
      );
    const record = view(await file.read(end, end + END64_BYTES, signal));
    if (!is(record, 0, SIGNATURE.end64))
      return refuseFile(
        where,
        "the end of a zip64 directory",
        "another",
        "the file is damaged; get it again",
      );
    count = Number(record.getBigUint64(32, true));
    sizeBytes = Number(record.getBigUint64(40, true));
    offset = Number(record.getBigUint64(48, true));
    isOneFile = record.getBigUint64(16, true) === 0n;
  }
  if (!isOneFile) return refuseFile(where, "a zip file in one part", "several", REPACK);
  if (count > MAX_ZIP_MEMBERS || sizeBytes > MAX_ZIP_DIRECTORY_BYTES) {
    const got = `${count} in ${sizeBytes} bytes`;
    return refuseFile(
      where,
      `at most ${MAX_ZIP_MEMBERS} members, listed in ${MAX_ZIP_DIRECTORY_BYTES} bytes`,
      got,
      "this is no checkpoint of SAM 2",
    );
  }
  if (offset + sizeBytes > end)
    return refuseFile(
      where,
      `a directory before byte ${end}`,
      `one at ${offset} of ${sizeBytes} bytes`,
      "the file is damaged; get it again",
    );
  return { offset, sizeBytes, count };
}

function parseDirectory(bytes: Uint8Array, count: number, where: string): Listed[] {
  const data = view(bytes);
  const members: Listed[] = [];
  let at = 0;
  while (members.length < count) {
    if (at + ENTRY_BYTES > bytes.length || !is(data, at, SIGNATURE.entry)) break;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      data.getUint16(at + field, true),
    ) as [number, number, number];
    const nameEnd = at + ENTRY_BYTES + nameLength;
    const next = nameEnd + extraLength + commentLength;
    if (next > bytes.length) break;
    const nameBytes = bytes.subarray(at + ENTRY_BYTES, nameEnd);
    const name = new TextDecoder().decode(nameBytes);
    const extra = view(bytes.subarray(nameEnd, nameEnd + extraLength));
    const [size, packed, headerOffset] = readZip64(
      extra,
      [24, 20, 42].map((field) => data.getUint32(at + field, true)),
    );
    const what = `${where}: member ${JSON.stringify(name.slice(0, 200))}`;
    if (PROGRAM.test(name)) refuseProgram(where);
    checkForm(what, data.getUint16(at + 8, true), data.getUint16(at + 10, true));
    if (((data.getUint32(at + 38, true) >>> 16) & FILE_KIND) === SYMBOLIC_LINK)
      refuseFile(what, "a file", "a symbolic link", REPACK);
    if (size === undefined || headerOffset === undefined || size !== packed)
      return refuseFile(
        what,
        `${packed} bytes, as they are stored`,
        String(size),
        "the directory lies; get the file again",
      );
    members.push({ name, headerOffset, sizeBytes: size, nameBytes });
    at = next;
  }
  if (members.length < count || at !== bytes.length)
    return refuseFile(
      where,
      `a directory of ${count} members in ${bytes.length} bytes`,
      `${members.length} in ${at}`,
      "the file is damaged; get it again",
    );
  return members;
}

function checkForm(what: string, flags: number, method: number): void {
  if ((flags & ENCRYPTED) !== 0)
    refuseFile(what, "no encryption", "an encrypted member", "decrypt the file first");
  if (method !== STORED)
    refuseFile(
      what,
      "bytes as they are",
      `compression method ${method}`,
      `tensors are used where they lie; ${REPACK}`,
    );
}

/** Numbers of 32 bits that are full stand in a field of 64-bit numbers instead, in this order. */
function readZip64(extra: DataView, short: readonly number[]): (number | undefined)[] {
  const long: number[] = [];
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === ZIP64_FIELD) {
      for (let item = at + 4; item + 8 <= Math.min(at + 4 + length, extra.byteLength); item += 8)
        long.push(Number(extra.getBigUint64(item, true)));
      break;
    }
    at += 4 + length;
  }
  return short.map((value) => (value === IN_ZIP64 ? long.shift() : value));
}

/** Reads the header before each member, behind which its bytes begin, and checks that no two members share bytes. */
async function locate(
  file: ModelFile,
  listed: readonly Listed[],
  directoryOffset: number,
  where: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ZipMember>> {
  const inOrder = [...listed].sort((a, b) => a.headerOffset - b.headerOffset);
  const pieces = inOrder.map(({ headerOffset, nameBytes, name }): Piece => {
    const end = headerOffset + LOCAL_BYTES + nameBytes.length;
    if (end > directoryOffset)
      refuseFile(
        `${where}: member ${JSON.stringify(name.slice(0, 200))}`,
        `a place before the directory at ${directoryOffset}`,
        String(headerOffset),
        "the file is damaged; get it again",
      );
    return { file, begin: headerOffset, end, bytes: new Uint8Array() };
  });
  await readPieces(pieces, signal);
  const members = new Map<string, ZipMember>();
  for (const [i, { name, headerOffset, sizeBytes, nameBytes }] of inOrder.entries()) {
    const what = `${where}: member ${JSON.stringify(name.slice(0, 200))}`;
    const bytes = pieces[i]?.bytes ?? nameBytes;
    const header = view(bytes);
    const isNamed = nameBytes.every((byte, k) => byte === bytes[LOCAL_BYTES + k]);
    if (!is(header, 0, SIGNATURE.local) || header.getUint16(26, true) !== nameBytes.length || !isNamed)
      return refuseFile(
        what,
        `its header at byte ${headerOffset}`,
        "another",
        "the file is damaged; get it again",
      );
    const flags = header.getUint16(6, true);
    checkForm(what, flags, header.getUint16(8, true));
    const size = header.getUint32(22, true);
    if ((flags & SIZE_FOLLOWS) === 0 && size !== IN_ZIP64 && size !== sizeBytes)
      return refuseFile(
        what,
        `${sizeBytes} bytes, as the directory says`,
        String(size),
        "the file is damaged; get it again",
      );
    const byteOffset = headerOffset + LOCAL_BYTES + nameBytes.length + header.getUint16(28, true);
    const limit = inOrder[i + 1]?.headerOffset ?? directoryOffset;
    if (byteOffset + sizeBytes > limit)
      return refuseFile(
        what,
        `its end before byte ${limit}`,
        String(byteOffset + sizeBytes),
        "members overlap: the file is damaged; get it again",
      );
    if (members.has(name))
      return refuseFile(what, "each name once", "two", "the file is damaged; get it again");
    members.set(name, { name, byteOffset, sizeBytes });
  }
  return members;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function is(data: DataView, at: number, signature: number): boolean {
  return at + 4 <= data.byteLength && data.getUint32(at, true) === signature;
}
