/** Keeps the app's own files for visits without a network. Only in the built app: while developing nothing is kept. */
export async function registerServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`);
  } catch (error) {
    // The app works without it, only not offline.
    console.info("sam2js: no service worker here", error);
  }
}
