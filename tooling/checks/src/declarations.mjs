import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "@babel/parser";
import { publicPackages, root } from "./workspace.mjs";

/** Packages whose functions only sister packages call, with arguments that they have checked already. */
export const INTERNAL = [
  "@sam2js/embeddings",
  "@sam2js/runtime-ort",
  "@sam2js/runtime-ort/worker",
  "@sam2js/core",
  "@sam2js/core/testing",
];

/** The declarations of each published package and subpath: `{ name, specifier, file }`. */
export function entries() {
  return publicPackages().flatMap(({ folder, name, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, entry]) => typeof entry === "object" && entry.types)
      .map(([path, { types }]) => ({
        name,
        specifier: name + path.slice(1),
        file: resolve(root, folder, types.default ?? types),
      })),
  );
}

/** Exported name → `{ node, statement, file }`, through re-exports. */
export function exportsOf(file) {
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

export function membersOf({ node }) {
  if (node.type === "ClassDeclaration" || node.type === "TSInterfaceDeclaration") return node.body.body;
  const isLiteral = node.type === "TSTypeAliasDeclaration" && node.typeAnnotation.type === "TSTypeLiteral";
  return isLiteral ? node.typeAnnotation.members : [];
}

/** A declaration and all that it extends or implements. */
export function lineageOf(declaration) {
  return [declaration, ...ancestorsOf(declaration).flatMap(lineageOf)];
}

/** The declarations of base classes and interfaces, where they are ours. */
export function ancestorsOf({ node, file }) {
  const heritage = [...(node.implements ?? []), ...(node.extends ?? [])].map(({ expression }) => expression);
  return [node.superClass, ...heritage]
    .map((expression) => expression?.type === "Identifier" && declarationOf(file, expression.name))
    .filter(Boolean);
}

/** What a name means in a file: declared there, or imported from a file beside it or another package of ours. */
export function declarationOf(file, name) {
  const found = local(file, name);
  const from = found ? undefined : importOf(file, name);
  if (!from) return found;
  const { source, imported } = from;
  const target = source.startsWith(".")
    ? besides(file, source)
    : entries().find(({ specifier }) => specifier === source)?.file;
  return target && exportsOf(target).get(imported);
}

export const nameOf = (member) => member.key?.name ?? member.key?.value;

export const hasDocstring = (node) => (node.leadingComments ?? []).some(({ value }) => value.startsWith("*"));

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
