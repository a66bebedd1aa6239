import type { Runs } from "./runs.js";

/** Runs grouped into components. */
interface LabelledRuns {
  /** Component of each run, 1 to `count`, in the order in which components are first met. */
  readonly labels: Int32Array;
  /** Pixels of each component; entry 0 is 0. */
  readonly areas: Uint32Array;
  readonly count: number;
}

/**
 * Joins the runs of neighbouring lines that touch, with union-find over runs: the cost is that of the outline.
 *
 * @param connectivity  8 lets runs touch at a corner, 4 only along an edge
 */
export function labelRuns({ offsets, starts, ends }: Runs, connectivity: 4 | 8): LabelledRuns {
  const total = starts.length;
  const parent = new Int32Array(total);
  for (let run = 0; run < total; run++) parent[run] = run;
  const reach = connectivity === 8 ? 1 : 0;
  for (let line = 1; line + 1 < offsets.length; line++) {
    let above = offsets[line - 1]!;
    const aboveEnd = offsets[line]!;
    let run = aboveEnd;
    const runEnd = offsets[line + 1]!;
    while (above < aboveEnd && run < runEnd) {
      if (starts[above]! < ends[run]! + reach && starts[run]! < ends[above]! + reach)
        join(parent, above, run);
      if (ends[above]! < ends[run]!) above++;
      else run++;
    }
  }
  const labels = new Int32Array(total);
  let count = 0;
  for (let run = 0; run < total; run++) {
    const root = find(parent, run); // the smallest run of its component, so it has its label already
    labels[run] = root === run ? ++count : labels[root]!;
  }
  const areas = new Uint32Array(count + 1);
  for (let run = 0; run < total; run++) {
    const label = labels[run]!;
    areas[label] = areas[label]! + ends[run]! - starts[run]!;
  }
  return { labels, areas, count };
}

function find(parent: Int32Array, start: number): number {
  let run = start;
  while (parent[run] !== run) {
    const next = parent[parent[run]!]!;
    parent[run] = next;
    run = next;
  }
  return run;
}

function join(parent: Int32Array, a: number, b: number): void {
  const first = find(parent, a);
  const second = find(parent, b);
  if (first < second) parent[second] = first;
  else parent[first] = second;
}
