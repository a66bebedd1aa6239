import { InputError } from "../errors/errors.js";
import { describeValue } from "./describe-value.js";

/** Options of Python, of Meta's code too, whose name here is another word, not only another spelling. */
const PYTHON_NAMES: Readonly<Record<string, string>> = {
  torch_dtype: "dtype",
  reshaped_input_sizes: "nothing: SAM 2 stretches images to a square, so that no padding has to be cut off",
  reshapedInputSizes: "nothing: SAM 2 stretches images to a square, so that no padding has to be cut off",
  frame_idx: "frameIndex",
  start_frame_idx: "startFrameIndex",
  obj_ids: "objectIds",
  points_per_side: "pointsPerCrop",
  pointsPerSide: "pointsPerCrop",
  videos: "video",
  device_map: "the device of the runtime: createNodeRuntime({ device })",
  device: "the device of the runtime: createNodeRuntime({ device })",
  proxies: "the environment: HTTP_PROXY, HTTPS_PROXY",
  max_shard_size: "maxShardBytes",
  cache_dir: "the folder of the runtime: createNodeRuntime({ cacheDir })",
  local_files_only: "offline",
  use_auth_token: "token",
  return_tensors: "nothing: tensors are always returned",
};

/**
 * Checks that an options object has only names that the function knows, so that a misspelt option is never ignored.
 *
 * @param options  what the caller passed; `undefined` stands for no options
 * @param names    all names that the function knows
 * @param what     what messages call the function: `"Sam2Model.forward"`
 * @throws {InputError} `options` is no plain object, or has a name that is not in `names`; the message gives the right spelling
 */
export function checkOptions(options: unknown, names: readonly string[], what: string): void {
  if (options === undefined) return;
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  if (!isObject || options instanceof Promise) {
    const expected = "an object with options";
    throw new InputError(`${what}: expected ${expected}, got ${describeValue(options)}`, {
      name: what,
      expected,
      got: options,
    });
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new InputError(
      `${what}: expected ${names.join(", ")}, got ${JSON.stringify(name)}; ${remedy(name, names)}`,
      { name: what, option: name, expected: names, got: name },
    );
  }
}

/**
 * Refuses what stands behind the one object that a function takes: Python's keyword arguments are entries of it here, and JavaScript would drop them.
 *
 * @param rest  the arguments behind the object
 * @throws {InputError} there is one
 */
export function checkOneArgument(rest: readonly unknown[], what: string): void {
  const more = rest.find((each) => each !== undefined);
  if (more === undefined) return;
  const got = `another argument, ${describeValue(more)}`;
  throw InputError.expected(
    what,
    "one object with inputs and options",
    got,
    "write its entries into the first",
  );
}

function remedy(name: string, names: readonly string[]): string {
  const other = Object.hasOwn(PYTHON_NAMES, name) ? PYTHON_NAMES[name] : undefined;
  if (other && (names.includes(other) || other.includes(" "))) return `use ${other}`;
  const plain = name.replaceAll("_", "").toLowerCase();
  const [nearest, edits] = names
    .map((one) => [one, countEdits(plain, one.toLowerCase())] as const)
    .reduce((best, each) => (each[1] < best[1] ? each : best), ["", MAX_EDITS + 1] as const);
  return edits <= Math.min(MAX_EDITS, plain.length / 3) ? `write ${nearest}` : "leave it out";
}

/** Letters that a slip of the hand gets wrong: `lables` has two. */
const MAX_EDITS = 2;

/** Letters to put in, leave out or change to make one word of the other (Levenshtein); beyond {@link MAX_EDITS} only that they are more. */
function countEdits(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_EDITS) return MAX_EDITS + 1;
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const changed = (row[column - 1] as number) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
