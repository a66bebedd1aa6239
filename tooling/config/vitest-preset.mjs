// vitest's reporter calls Map.groupBy when a test fails; Node 20 has none.
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
};

/** The vitest settings that all packages share: workspace packages resolve to their TypeScript source. */
export const preset = {
  resolve: { conditions: ["@sam2js/source", "module", "node", "development|production"] },
  ssr: { resolve: { conditions: ["@sam2js/source", "module", "node", "development|production"] } },
  test: {
    include: ["src/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // On a busy machine browsers, servers and processes take their time.
    expect: { poll: { timeout: 60_000 } },
    typecheck: { enabled: false },
  },
};

/** The same with one process for all files, which share its modules: starting and loading takes longer than most tests. What changes something global puts it back. */
export const sharedPreset = shared(preset);

const asNode = ["@sam2js/source", "node", "development|production"];

/** The same for packages of Node alone: without builds for bundlers, whose imports Node does not always take (the AWS SDK's). */
export const nodePreset = {
  ...preset,
  resolve: { conditions: asNode },
  ssr: { resolve: { conditions: asNode } },
};

/** `nodePreset` with one process for all files. */
export const sharedNodePreset = shared(nodePreset);

function shared(settings) {
  const putBack = { restoreMocks: true, unstubEnvs: true, unstubGlobals: true };
  return { ...settings, test: { ...settings.test, isolate: false, ...putBack } };
}
