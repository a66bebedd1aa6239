// Keeps the app's own files, so that it starts without a network, and adds the headers that threads need where a host does not send them.
// Models are not kept here: their store is the runtime's. `build/service-worker.ts` fills the two names in.
const VERSION = "__VERSION__";
const FILES = __FILES__;
// The engine comes once for WASM and once for WebGPU, tens of megabytes each: only the one that is used is kept.
const ENGINE_FILES = __ENGINE_FILES__;
const CACHE = `sam2js-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fill(FILES).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith("sam2js-") && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data?.kind !== "keep-engine") return;
  const isGpu = event.data.device === "webgpu";
  const wanted = ENGINE_FILES.filter((file) => file.includes("asyncify") === isGpu);
  event.waitUntil(fill(wanted).then(() => event.source?.postMessage({ kind: "kept-engine" })));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || request.headers.has("range")) return;
  event.respondWith(answer(request, url));
});

async function fill(files) {
  const cache = await caches.open(CACHE);
  // One after the other: the first visit needs the network for itself.
  for (const file of files) {
    const address = new URL(file === "index.html" ? "./" : file, self.registration.scope).href;
    if (await cache.match(address)) continue;
    // Names under assets/ change with their content: the browser's own cache may answer for them.
    const response = await fetch(address, { cache: file.startsWith("assets/") ? "default" : "no-cache" });
    if (!response.ok) throw new TypeError(`${file}: ${response.status}`);
    await cache.put(address, response);
  }
}

async function answer(request, url) {
  const cache = await caches.open(CACHE);
  const isPage = request.mode === "navigate";
  const kept = await cache.match(isPage ? self.registration.scope : url.origin + url.pathname);
  if (isPage) {
    // A new version first, if there is a network; else the page that is kept.
    const fresh = await fetch(request).catch(() => undefined);
    if (fresh?.ok) return isolated(fresh);
  }
  return isolated(kept ?? (await fetch(request)));
}

function isolated(response) {
  if (response.status === 0 || response.type === "opaque") return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
