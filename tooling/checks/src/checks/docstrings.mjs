import {
  ancestorsOf,
  entries,
  exportsOf,
  hasDocstring,
  lineageOf,
  membersOf,
  nameOf,
} from "../declarations.mjs";

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

/** Whether a member has a docstring (one of its overloads is enough), here or in what the declaration extends or implements. */
function isDocumented(declaration, member) {
  const isSame = (other) =>
    nameOf(other) === nameOf(member) && Boolean(other.static) === Boolean(member.static);
  return (
    membersOf(declaration).some((other) => isSame(other) && hasDocstring(other)) ||
    ancestorsOf(declaration).some((ancestor) => isDocumented(ancestor, member))
  );
}
