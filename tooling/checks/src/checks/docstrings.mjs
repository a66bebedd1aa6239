import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "@babel/parser";
import { publicPackages, root } from "../workspace.mjs";

/**
 * Every name that a package exports has a docstring, and so has every member of its classes and interfaces, inherited ones too. A member that
 * a base class or an interface already documents has that one. Reads the built declarations.
 */
export function docstringsCheck() {
  const complaints = [];
  let names = 0;
  for (const { name, file } of entries()) {
    const exported = exportsOf(file);
    names += exported.size;
    for (const [exportedName, declaration] of exported)
      for (const missing of undocumented(exportedName, declaration)) complaints.push(`${name}: ${missing}`);
  }
  const found = [...new Set(complaints)];
  return {
    passed: found.length === 0 && names > 0 ? 1 : 0,
    failed: found.length + (names > 0 ? 0 : 1),
    output:
      names > 0 ? found.map((line) => `${line} has no docstring`).join("\n") : "no declarations; build first",
  };
}

/** The declarations of each published package and subpath: `{ name, specifier, file }`. */
function entries() {
  return publicPackages().flatMap(({ folder, name, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, entry]) => typeof entry === "object" && entry.types)
      .map(([path, { types }]) => ({
        name,
        specifier: name + path.slice(1),
        file: resolve(root, folder, types),
      })),
  );
}

/** Exported name → `{ node, statement, file }`, through re-exports. */
function exportsOf(file) {
  const { body } = parsed(file);
  const found = new Map();
  for (const statement of body) {
    if (statement.type === "ExportAllDeclaration") {
      for (const [name, declaration] of exportsOf(besides(file, statement.source.value)))
        found.set(name, declaration);
    } else if (statement.type === "ExportDefaultDeclaration") {
      const { name } = statement.declaration;
      found.set("default", (name && local(file, name)) ?? { node: statement.declaration, statement, file });
    } else if (statement.type === "ExportNamedDeclaration") {
      for (const name of namesOf(statement.declaration)) {
        const overload = found.get(name); // one that is documented stands for all
        if (!overload || !hasDocstring(overload.statement))
          found.set(name, { node: statement.declaration, statement, file });
      }
      for (const { local: from, exported } of statement.specifiers) {
        const source = statement.source?.value ?? importOf(file, from.name)?.source;
        if (source && !source.startsWith(".")) continue; // another package's name, documented there
        const declaration = source ? exportsOf(besides(file, source)).get(from.name) : local(file, from.name);
        if (declaration) found.set(exported.name, declaration);
      }
    }
  }
  return found;
}

function undocumented(name, declaration) {
  const missing = hasDocstring(declaration.statement) ? [] : [name];
  for (const member of lineageOf(declaration).flatMap(membersOf)) {
    if (member.accessibility === "private" || member.type === "ClassPrivateProperty" || member.computed)
      continue;
    if (!member.key || member.kind === "constructor" || isDocumented(declaration, member)) continue;
    missing.push(`${name}.${nameOf(member)}`);
  }
  return missing;
}

function membersOf({ node }) {
  if (node.type === "ClassDeclaration" || node.type === "TSInterfaceDeclaration") return node.body.body;
  const isLiteral = node.type === "TSTypeAliasDeclaration" && node.typeAnnotation.type === "TSTypeLiteral";
  return isLiteral ? node.typeAnnotation.members : [];
}

/** Whether a member has a docstring (one of its overloads is enough), here or in what the declaration extends or implements. */
function isDocumented(declaration, member) {
  const isSame = (other) =>
    nameOf(other) === nameOf(member) && Boolean(other.static) === Boolean(member.static);
  return (
    membersOf(declaration).some((other) => isSame(other) && hasDocstring(other)) ||
    ancestorsOf(declaration).some((ancestor) => isDocumented(ancestor, member))
  );
}

/** A declaration and all that it extends or implements. */
function lineageOf(declaration) {
  return [declaration, ...ancestorsOf(declaration).flatMap(lineageOf)];
}

/** The declarations of base classes and interfaces, where they are ours. */
function ancestorsOf({ node, file }) {
  const heritage = [...(node.implements ?? []), ...(node.extends ?? [])].map(({ expression }) => expression);
  return [node.superClass, ...heritage]
    .map((expression) => expression?.type === "Identifier" && declarationOf(file, expression.name))
    .filter(Boolean);
}

/** What a name means in a file: declared there, or imported from a file beside it or another package of ours. */
function declarationOf(file, name) {
  const found = local(file, name);
  const from = found ? undefined : importOf(file, name);
  if (!from) return found;
  const { source, imported } = from;
  const target = source.startsWith(".")
    ? besides(file, source)
    : entries().find(({ specifier }) => specifier === source)?.file;
  return target && exportsOf(target).get(imported);
}

const nameOf = (member) => member.key?.name ?? member.key?.value;

const hasDocstring = (node) => (node.leadingComments ?? []).some(({ value }) => value.startsWith("*"));

function local(file, name) {
  for (const statement of parsed(file).body) {
    const node = statement.declaration ?? statement;
    if (namesOf(node).includes(name)) return { node, statement, file };
  }
  return undefined;
}

/** Where an imported name comes from: `{ source, imported }`. */
function importOf(file, name) {
  for (const { type, specifiers, source } of parsed(file).body) {
    const found = type === "ImportDeclaration" && specifiers.find(({ local }) => local.name === name);
    if (found) return { source: source.value, imported: found.imported?.name ?? "default" };
  }
  return undefined;
}

function namesOf(node) {
  if (!node) return [];
  if (node.type === "VariableDeclaration") return node.declarations.map(({ id }) => id.name);
  return node.id ? [node.id.name] : [];
}

const besides = (file, specifier) => join(dirname(file), specifier.replace(/\.(m?)js$/, ".d.$1ts"));

const trees = new Map();
function parsed(file) {
  if (!trees.has(file)) {
    const { program } = parse(readFileSync(file, "utf8"), {
      sourceType: "module",
      plugins: [["typescript", { dts: true }]],
    });
    trees.set(file, program);
  }
  return trees.get(file);
}
