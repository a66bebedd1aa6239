import { parse } from "@babel/parser";

/** The syntax tree of a source file in TypeScript. */
export function programOf(file, text) {
  const plugins = ["typescript", ...(file.endsWith(".tsx") ? ["jsx"] : [])];
  return parse(text, { sourceType: "module", plugins }).program;
}

/** Calls `see` with each node of a tree and the nodes that it lies in, outermost first. */
export function visit(node, see, parents = []) {
  see(node, parents);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === "string" && child.loc) visit(child, see, [...parents, node]);
  }
}
