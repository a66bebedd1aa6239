import { declarationOf, lineageOf, nameOf } from "../declarations.mjs";

/** What a caller of JavaScript gives by mistake, by kind. */
export const NONSENSE = {
  undefined: undefined,
  null: null,
  number: 1,
  string: "x",
  list: [],
  object: {},
  promise: Promise.resolve(),
};

const EVERY = Object.keys(NONSENSE);
/** What is assignable to any type of optional members. */
const PLAIN = ["object", "promise"];

/** Types of the platform that a piece of nonsense fits; no other one of the platform takes any. */
const OF_PLATFORM = {
  Array: ["list"],
  ReadonlyArray: ["list"],
  ArrayLike: ["list"],
  Iterable: ["list", "string"],
  Promise: ["promise"],
  PromiseLike: ["promise"],
  Record: PLAIN,
  Partial: PLAIN,
};
/** Types that are as their first argument is. */
const TRANSPARENT = ["Readonly", "Required", "NonNullable", "Pick", "Omit", "Extract", "Exclude"];

/** @returns the kinds of nonsense that are none for a declared type; all of them where nothing is known of it */
export function kindsThatFit(type, file) {
  if (!type) return EVERY;
  switch (type.type) {
    case "TSStringKeyword":
    case "TSTemplateLiteralType":
      return ["string"];
    case "TSNumberKeyword":
      return ["number"];
    case "TSNullKeyword":
      return ["null"];
    case "TSUndefinedKeyword":
    case "TSVoidKeyword":
      return ["undefined"];
    case "TSObjectKeyword":
      return ["list", ...PLAIN];
    case "TSArrayType":
      return ["list"];
    case "TSMappedType":
      return PLAIN;
    case "TSTypeLiteral":
      return ofMembers(type.members);
    case "TSTypeOperator":
    case "TSParenthesizedType":
      return kindsThatFit(type.typeAnnotation, file);
    case "TSUnionType":
      return type.types.flatMap((each) => kindsThatFit(each, file));
    case "TSIntersectionType": {
      const all = type.types.map((each) => kindsThatFit(each, file));
      return EVERY.filter((kind) => all.every((each) => each.includes(kind)));
    }
    case "TSTypeReference":
      return ofName(type, file);
    case "TSBooleanKeyword": // any value counts as true or false
    case "TSUnknownKeyword":
    case "TSAnyKeyword":
    case "TSIndexedAccessType":
    case "TSConditionalType":
    case "TSImportType":
    case "TSTypeQuery":
      return EVERY;
    default:
      return []; // functions, tuples, literals
  }
}

function ofName(type, file) {
  const { name } = type.typeName;
  if (TRANSPARENT.includes(name)) return kindsThatFit(type.typeArguments?.params[0], file);
  const found = name && declarationOf(file, name);
  if (!found)
    return (
      OF_PLATFORM[name] ?? (name in globalThis || /Map$|Set$|Iterable$|Generator$/.test(name) ? [] : EVERY)
    );
  const { node } = found;
  if (node.type === "TSTypeAliasDeclaration") return kindsThatFit(node.typeAnnotation, found.file);
  if (node.type === "ClassDeclaration") return [];
  return ofMembers(lineageOf(found).flatMap((each) => each.node.body.body));
}

/** An object without members has all that are needed where each may be left out. */
function ofMembers(members) {
  return members.every(({ optional, type }) => optional || type === "TSIndexSignature") ? PLAIN : [];
}

/** The properties of an interface, a literal, or an intersection of them: `{ name, type, file, isOptional }`. */
export function propertiesOf(type, file) {
  if (type.type === "TSIntersectionType") return type.types.flatMap((each) => propertiesOf(each, file));
  if (type.type === "TSTypeLiteral") return listed(type.members, file);
  const { name } = type.typeName ?? {};
  if (TRANSPARENT.includes(name) || name === "Partial")
    return propertiesOf(type.typeArguments.params[0], file);
  const found = name && declarationOf(file, name);
  if (found?.node.type === "TSTypeAliasDeclaration")
    return propertiesOf(found.node.typeAnnotation, found.file);
  if (found?.node.type !== "TSInterfaceDeclaration") return [];
  return lineageOf(found).flatMap((each) => listed(each.node.body.body, each.file));
}

function listed(members, file) {
  return members
    .filter(({ type }) => type === "TSPropertySignature")
    .map((member) => ({
      name: nameOf(member),
      type: member.typeAnnotation?.typeAnnotation,
      file,
      isOptional: member.optional,
    }));
}
