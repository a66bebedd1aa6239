/** The vitest settings that all packages share: workspace packages resolve to their TypeScript source. */
export const preset = {
  resolve: { conditions: ["@sam2js/source", "module", "node", "development|production"] },
  ssr: { resolve: { conditions: ["@sam2js/source", "module", "node", "development|production"] } },
  test: {
    include: ["src/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    typecheck: { enabled: false },
  },
};
