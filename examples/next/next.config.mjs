// With these headers the pages are cross-origin isolated, so that WebAssembly gets threads.
const headers = [
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Embedder-Policy", value: "require-corp" },
];

export default { headers: async () => [{ source: "/:path*", headers }] };
