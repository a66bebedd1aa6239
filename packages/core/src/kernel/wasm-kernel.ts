/** The part of WebAssembly that is used; the types of Node leave it out. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** What each compiled kernel exports besides its functions. */
export interface KernelExports {
  /** Its memory, in pages of 64 KiB. */
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

const PAGE = 65_536;
/** Arrays begin at multiples of it: the bytes that vector instructions read and write at once. */
const VECTOR = 16;

/**
 * Compiles a kernel.
 *
 * @param base64  its WebAssembly
 * @returns       makes an instance with a memory of its own, or undefined where there is no WebAssembly with vectors, no room, or a page's policy forbids it
 */
export function compileKernel<E extends KernelExports>(base64: string): () => E | undefined {
  let module: object | undefined;
  return () => {
    try {
      const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;
      module ??= new Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
      return new Instance(module).exports as E;
    } catch {
      return undefined;
    }
  };
}

/**
 * Lays arrays out in a kernel's memory, which grows if need be: views of it that were made before are void then. Behind each array there is room for a
 * vector, so that one can be read or written from any of its elements on.
 *
 * @param lengths  bytes of each
 * @returns        where each begins, in bytes
 * @throws {RangeError} there is no room
 */
export function layOutArrays({ memory }: KernelExports, lengths: readonly number[]): number[] {
  let end = VECTOR;
  const places = lengths.map((length) => {
    const place = end;
    end += VECTOR * (Math.ceil(length / VECTOR) + 1);
    return place;
  });
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  return places;
}
