/**
 * Keeps the app's own files for visits without a network. Only in the built app, and only once a model is there, so that the first visit has
 * the network for itself.
 *
 * @param device  whose engine is kept
 */
export async function keepForOffline(device: string): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`);
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ kind: "keep-engine", device });
    navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ kind?: string }>) => {
      if (data.kind === "kept-engine") document.documentElement.dataset.offline = "ready";
    });
    navigator.serviceWorker.startMessages();
  } catch (error) {
    // The app works without it, only not offline.
    console.info("sam2js: no service worker here", error);
  }
}
