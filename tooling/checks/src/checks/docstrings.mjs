import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "@babel/parser";
import { publicPackages, root } from "../workspace.mjs";

/** Every name that a package exports has a docstring, and so has every member of its classes and interfaces. Reads the built declarations. */
export function docstringsCheck() {
  const complaints = [];
  let names = 0;
  for (const { folder, name, manifest } of publicPackages()) {
    for (const entry of Object.values(manifest.exports ?? {})) {
      if (typeof entry !== "object" || !entry.types) continue;
      const exported = exportsOf(resolve(root, folder, entry.types));
      names += exported.size;
      for (const [exportedName, declaration] of exported)
        for (const missing of undocumented(exportedName, declaration)) complaints.push(`${name}: ${missing}`);
    }
  }
  const found = [...new Set(complaints)];
  return {
    passed: found.length === 0 && names > 0 ? 1 : 0,
    failed: found.length + (names > 0 ? 0 : 1),
    output:
      names > 0 ? found.map((line) => `${line} has no docstring`).join("\n") : "no declarations; build first",
  };
}

/** Members whose meaning is that of the contract of `core` wherever a class implements it. */
const INHERITED = new Set(["symbolName", "dispose", "type", "dims", "read", "location", "capabilities"]);

/** Exported name → `{ node, statement }`, through re-exports. */
function exportsOf(file) {
  const { body } = parsed(file);
  const found = new Map();
  for (const statement of body) {
    if (statement.type === "ExportAllDeclaration") {
      for (const [name, declaration] of exportsOf(besides(file, statement.source.value)))
        found.set(name, declaration);
    } else if (statement.type === "ExportDefaultDeclaration") {
      found.set(
        "default",
        local(body, statement.declaration.name) ?? { node: statement.declaration, statement },
      );
    } else if (statement.type === "ExportNamedDeclaration") {
      for (const name of namesOf(statement.declaration))
        found.set(name, { node: statement.declaration, statement });
      for (const { local: from, exported } of statement.specifiers) {
        const source = statement.source ?? importOf(body, from.name);
        if (source && !source.value.startsWith(".")) continue; // another package's name, documented there
        const declaration = source
          ? exportsOf(besides(file, source.value)).get(from.name)
          : local(body, from.name);
        if (declaration) found.set(exported.name, declaration);
      }
    }
  }
  return found;
}

function undocumented(name, { node, statement }) {
  const missing = hasDocstring(statement) ? [] : [name];
  const members =
    node.type === "ClassDeclaration" || node.type === "TSInterfaceDeclaration"
      ? node.body.body
      : node.type === "TSTypeAliasDeclaration" && node.typeAnnotation.type === "TSTypeLiteral"
        ? node.typeAnnotation.members
        : [];
  const isHeir = Boolean(node.superClass ?? node.implements?.length);
  for (const member of members) {
    if (isHeir && INHERITED.has(member.key?.name)) continue;
    if (member.accessibility === "private" || member.type === "ClassPrivateProperty" || member.computed)
      continue;
    if (!member.key || member.kind === "constructor") continue;
    const isDocumented = members.some((other) => other.key?.name === member.key.name && hasDocstring(other)); // one overload is enough
    if (!isDocumented) missing.push(`${name}.${member.key.name ?? member.key.value}`);
  }
  return missing;
}

const hasDocstring = (node) => (node.leadingComments ?? []).some(({ value }) => value.startsWith("*"));

function local(body, name) {
  for (const statement of body) {
    const node = statement.declaration ?? statement;
    if (namesOf(node).includes(name)) return { node, statement };
  }
  return undefined;
}

function importOf(body, name) {
  return body.find(
    ({ type, specifiers }) =>
      type === "ImportDeclaration" && specifiers.some(({ local }) => local.name === name),
  )?.source;
}

function namesOf(node) {
  if (!node) return [];
  if (node.type === "VariableDeclaration") return node.declarations.map(({ id }) => id.name);
  return node.id ? [node.id.name] : [];
}

const besides = (file, specifier) => join(dirname(file), specifier.replace(/\.js$/, ".d.ts"));

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
