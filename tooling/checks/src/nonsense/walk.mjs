/**
 * Gives every public function nonsense in each of its places, right values in the others, and prints as JSON what came of it: `{ passed, complaints }`.
 * It stands in a process and a folder of its own, as strings may be taken for files.
 *
 * usage: node walk.mjs [PACKAGE…]
 */
import { pathToFileURL } from "node:url";
import { entries, exportsOf, INTERNAL, lineageOf, membersOf, nameOf } from "../declarations.mjs";
import { goodValues } from "./good-values.mjs";
import { kindsThatFit, NONSENSE, propertiesOf } from "./kinds.mjs";

/** What is not walked; the reason stands behind each. */
const EXEMPT = new Map([
  ["runProgram", "the command itself, which a shell calls"],
  ["createServer", "loads a model for each call that it takes"],
  ["pickOpenOptions", "takes the options that it knows out of others"],
  ["imageJsonOptions", "takes the options that it knows out of others"],
  ["readProcessorFiles", "takes the options that it knows out of others"],
  ["videoError", "makes an error"],
  ["toStoreError", "makes an error"],
  ["sampleToRgb", "takes a frame of the platform"],
  ["compareNames", "compares names while they are sorted"],
]);
const LIMIT_MS = 60_000;
/** What a promise of its own may reject with later belongs to the call before it. */
process.on("unhandledRejection", () => undefined);

const load = (specifier) => {
  const { file } = entries().find((entry) => entry.specifier === specifier);
  return import(pathToFileURL(file.replace(/\.d\.(m?)ts$/, ".$1js")).href);
};
globalThis.fetch = async () => {
  throw new TypeError("there is no network");
};
const { Sam2Error } = await load("@sam2js/core");
const good = await goodValues(load);
const wanted = process.argv.slice(2).map((name) => `@sam2js/${name}`);
const complaints = [];
let passed = 0;

for (const { specifier, file } of entries()) {
  const isAsked = wanted.length > 0 ? wanted.includes(specifier) : !INTERNAL.includes(specifier);
  if (!isAsked || specifier.endsWith("/testing")) continue;
  if (specifier === "@sam2js/standalone") continue; // the same names again, for pages
  const exported = await load(specifier);
  for (const [name, declared] of exportsOf(file)) {
    const value = exported[name];
    if (typeof value !== "function" || EXEMPT.has(name)) continue;
    if (/Error$/.test(name)) continue; // made by ours alone
    if (declared.node.type === "ClassDeclaration") await walkClass(name, value, declared);
    else await walk(name, parametersOf(declared.node), declared.file, (values) => value(...values));
  }
}
await good.close();
process.stdout.write(JSON.stringify({ passed, complaints }), () => process.exit(0));

async function walkClass(name, Class, declared) {
  const instance = good.instances[name];
  for (const { node, file } of lineageOf(declared).filter((each) => each.node.type === "ClassDeclaration")) {
    for (const member of membersOf({ node })) {
      if (!isCallable(member)) continue;
      const method = nameOf(member);
      const label = `${name}.${method}`;
      const parameters = parametersOf(member);
      if (method === "constructor") {
        await walk(label, parameters, file, (values) => new Class(...values));
      } else if (member.static) {
        await walk(label, parameters, file, (values) => Class[method](...values));
      } else if (instance && typeof instance[method] === "function") {
        await walk(label, parameters, file, (values) => instance[method](...values));
      }
    }
  }
}

function isCallable({ type, kind, accessibility, leadingComments }) {
  const isHidden = accessibility === "private" || accessibility === "protected";
  const isInternal = leadingComments?.some(({ value }) => value.includes("@internal"));
  return type === "TSDeclareMethod" && !isHidden && !isInternal && kind !== "get" && kind !== "set";
}

/** Names and types; a constant function, which is declared by a type that stands elsewhere, takes a config and weights. */
function parametersOf({ params, parameters, type }) {
  if (type === "VariableDeclaration") return ["config", "weights"].map((name) => ({ name, isAny: true }));
  return (params ?? parameters ?? []).map((each) => ({
    name: each.name ?? "",
    type: each.typeAnnotation?.typeAnnotation,
    isOptional: each.optional,
    isRest: each.type === "RestElement",
  }));
}

async function walk(label, parameters, file, call) {
  if (EXEMPT.has(label)) return;
  for (const [place, parameter] of parameters.entries()) {
    if (parameter.isRest || isSignal(parameter)) continue;
    const callWith = (value) => call(parameters.map((each, at) => (at === place ? value : goodFor(each))));
    await tryNonsense(`${label}, ${parameter.name || `parameter ${place + 1}`}`, parameter, file, callWith);
    if (!isOptions(parameter)) continue;
    const options = propertiesOf(parameter.type, file);
    const needed = options.filter(({ isOptional }) => !isOptional).map((each) => [each.name, goodFor(each)]);
    const usual = { ...Object.fromEntries(needed), ...good.byType[parameter.type.typeName?.name] };
    for (const option of options.filter((each) => !isSignal(each))) {
      const callWithOption = (value) => callWith({ ...usual, [option.name]: value });
      await tryNonsense(`${label}, option ${option.name}`, option, option.file, callWithOption);
    }
  }
}

/** Calls with each kind of nonsense that does not fit the type of a parameter or option. */
async function tryNonsense(label, { type, isOptional, isAny }, file, call) {
  const fitting = [...(isAny ? [] : kindsThatFit(type, file)), ...(isOptional ? ["undefined"] : [])];
  const failures = new Map();
  for (const [kind, value] of Object.entries(NONSENSE)) {
    if (fitting.includes(kind)) continue;
    const problem = await problemOf(() => call(value));
    if (problem) failures.set(problem, [...(failures.get(problem) ?? []), kind]);
    else passed += 1;
  }
  for (const [problem, kinds] of failures) complaints.push(`${label} = ${kinds.join(", ")}: ${problem}`);
}

function isSignal({ type, name }) {
  return type?.typeName?.name === "AbortSignal" || name === "signal";
}

function isOptions({ type }) {
  return type?.type === "TSTypeLiteral" || /(Options|Inputs|Settings|Request)$/.test(type?.typeName?.name);
}

/** A typed error is right, and so is an answer: whether it is a sensible one, only people can say. */
async function problemOf(call) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, LIMIT_MS, new TypeError(`no answer within ${LIMIT_MS} ms`));
  });
  try {
    await Promise.race([first(call), late]);
  } catch (error) {
    const [where = ""] = error?.stack?.match(/[\w./-]+\.js:\d+/) ?? [];
    if (!Sam2Error.isInstance(error)) return `${error} (${where.split("/").slice(-3).join("/")})`;
  } finally {
    clearTimeout(timer);
  }
  return undefined;
}

async function first(call) {
  const result = await call();
  if (typeof result?.next === "function") await result.next();
}

function goodFor({ name, type, isRest, isOptional }) {
  if (isRest || (isOptional && !type)) return undefined;
  return good.byParameter[name] ?? ofType(type);
}

function ofType(type) {
  switch (type?.type) {
    case "TSStringKeyword":
      return "word";
    case "TSNumberKeyword":
      return 2;
    case "TSLiteralType":
      return type.literal.value;
    case "TSTypeOperator":
      return ofType(type.typeAnnotation);
    case "TSArrayType":
      return [ofType(type.elementType)];
    case "TSTupleType":
      return type.elementTypes.map(ofType);
    case "TSUnionType":
      return type.types.map(ofType).find((value) => value !== undefined);
    case "TSFunctionType":
      return async () => undefined;
    case "TSTypeReference":
      if (/^(ReadonlyArray|(Async)?Iterable)$/.test(type.typeName.name))
        return [ofType(type.typeArguments.params[0])];
      return good.byType[type.typeName.name] ?? (type.typeArguments && ofType(type.typeArguments.params[0]));
    default:
      return undefined;
  }
}
