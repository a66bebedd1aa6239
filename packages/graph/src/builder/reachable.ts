import type { ValueInfo } from "@sam2js/core";
import type { GraphBuilder } from "./graph-builder.js";
import type { Initializer } from "./initializer.js";
import type { GraphNode } from "./node.js";

/** The part of a graph that its outputs depend on, with the results under their output names. */
export interface ReachableGraph {
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly outputs: readonly ValueInfo[];
}

export function reachable(graph: GraphBuilder): ReachableGraph {
  const { nodes, needed } = neededNodes(graph);
  const { renamed, copies } = outputNames(graph, nodes);
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    nodes: [
      ...nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
      ...copies.map(
        ({ from, to }): GraphNode => ({
          op: "Identity",
          domain: "",
          inputs: [rename(from)],
          outputs: [to],
          attributes: {},
        }),
      ),
    ],
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    outputs: graph.outputs.map(({ info }) => info),
  };
}

/** The nodes that outputs depend on, in order, and the names of all values that these use. */
export function neededNodes(graph: GraphBuilder) {
  const needed = new Set(graph.outputs.map(({ value }) => value.name));
  const nodes: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return { nodes: nodes.reverse(), needed };
}

/** A result takes the name of the output it is; one that is an output twice, or no result of a node, is copied. */
function outputNames(graph: GraphBuilder, nodes: readonly GraphNode[]) {
  const results = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: { from: string; to: string }[] = [];
  for (const { info, value } of graph.outputs) {
    if (results.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, info.name);
    else copies.push({ from: value.name, to: info.name });
  }
  return { renamed, copies };
}
