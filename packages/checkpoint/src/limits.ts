/** Bounds on what files from outside may ask for. Each is checked before anything of that size is allocated. */

/**
 * Header of a safetensors file, in bytes. The format's own library stops at 100 MB; the largest SAM 2 header has 0.1 MB, and
 * parsed JSON takes many times its text, so 16 MiB keeps a hostile header from taking gigabytes.
 */
export const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/** Tensors in one checkpoint. The largest SAM 2 has about 900. */
export const MAX_TENSORS = 65_536;

/** Axes of one tensor. SAM 2 has at most 5; NumPy, PyTorch and ONNX engines agree on far more than 16 being useless. */
export const MAX_RANK = 16;

/** Nesting of arrays and objects in a header: `{ tensor: { shape: [n] } }` is 3, the rest is room for unknown fields. */
export const MAX_HEADER_DEPTH = 16;

/** `config.json` and the like, in bytes. Published ones have 3 to 10 KB. */
export const MAX_JSON_BYTES = 1024 * 1024;

/** Nesting of arrays and objects in `config.json`. The reference's has 4; deeper trees would overflow the stack of their readers. */
export const MAX_JSON_DEPTH = 64;

/** `model.safetensors.index.json`, in bytes: {@link MAX_TENSORS} names of 128 characters and a file name each. */
export const MAX_INDEX_BYTES = 16 * 1024 * 1024;

/** Shards of one checkpoint. Each stays open as a file of the engine. */
export const MAX_SHARDS = 1024;

/** How much of a tensor is read at once while it is converted, in bytes: large enough to be fast, small beside the result. */
export const CONVERT_CHUNK_BYTES = 8 * 1024 * 1024;

/** Pages of one folder's listing, of 1,000 files each. A repository of a model has some ten files; a server that pages on and on is broken. */
export const MAX_LISTING_PAGES = 100;

/** One answer of the Hub's interface, in bytes: a page of a listing has at most 1,000 files of some 300 bytes. */
export const MAX_LISTING_BYTES = 8 * 1024 * 1024;

/** Central directory of a `.pt` file, in bytes. SAM 2 large has 0.1 MB for 900 tensors; with the state of an optimizer three times that. */
export const MAX_ZIP_DIRECTORY_BYTES = 8 * 1024 * 1024;

/** Members of a `.pt` file: one for each tensor and some ten more. */
export const MAX_ZIP_MEMBERS = 32_768;

/**
 * Tensors of a `.pt` file that are views in another order than their axes (transposed ones), in all, in bytes: they are copied into memory. The largest
 * matrix of SAM 2 has 21 MB.
 */
export const MAX_GATHERED_BYTES = 48 * 1024 * 1024;

/** The pickle in a `.pt` file, in bytes. SAM 2 large has 0.2 MB; with the state of an optimizer 0.7 MB. */
export const MAX_PICKLE_BYTES = 4 * 1024 * 1024;

/** Instructions of a pickle. SAM 2 large has 35,000. Each may make an object of up to some 200 bytes, so this bounds the memory that a pickle takes. */
export const MAX_PICKLE_STEPS = 400_000;

/** Lists, tuples and calls open at once in a pickle. Tensors in a dict in a dict have 4. */
export const MAX_PICKLE_DEPTH = 64;

/** An ONNX file, in bytes: what protobuf can hold. Larger models have their weights in other files. */
export const MAX_ONNX_BYTES = 2 ** 31 - 1;

/** Files of weights beside one ONNX file. transformers.js splits large ones in some ten. */
export const MAX_EXTERNAL_FILES = 64;
