import { effect } from "@preact/signals";
import { options, render } from "preact";
import { App } from "./app/App.js";
import { warmFonts } from "./app/warm-fonts.js";
import { listenToFiles } from "./input/files.js";
import { listenToKeys } from "./input/keyboard.js";
import type { DevicePreference } from "./services/engine.js";
import { keepForOffline } from "./services/service-worker.js";
import { createWorkerEngine } from "./services/worker-engine.js";
import { preparePainter } from "./stage/painter-service.js";
import { keepMasksUpToDate } from "./store/asking.js";
import { keepSaved } from "./store/autosave.js";
import { keepClasses } from "./store/classes.js";
import { afterAnswer } from "./store/click-time.js";
import { keepEncoded } from "./store/encoding.js";
import { loadModel } from "./store/models.js";
import { keepPhotoShown } from "./store/photos.js";
import { keepProject, listProjects } from "./store/projects.js";
import { devicePreference, isOffline, model, setEngine, theme } from "./store/session.js";
import { keepSettings } from "./store/settings.js";
import { keepTimings } from "./store/timings.js";
import { withFault } from "./testing/faults.js";
import { installHooks } from "./testing/hooks.js";
import { keepFrameShown } from "./video/playback.js";
import { keepReadings, keepStillReady } from "./video/stills.js";
import { keepAnswered } from "./video/tracker.js";
import "./styles/main.css";

const query = new URLSearchParams(location.search);
const engine = createWorkerEngine({ isFake: query.get("engine") === "fake" });
setEngine(query.has("test") ? withFault(engine, query.get("fault")) : engine);

if (query.has("test")) installHooks();

options.debounceRendering = afterAnswer;
const root = document.getElementById("root");
if (root) render(<App />, root);
setTimeout(preparePainter);
warmFonts();

listenToFiles();
listenToKeys();
keepPhotoShown();
keepEncoded();
keepMasksUpToDate();
keepClasses();
keepSaved();
keepProject();
void listProjects();
keepFrameShown();
keepAnswered();
keepStillReady();
keepReadings();

keepSettings();
keepTimings();
const scheme = query.get("theme");
if (scheme === "light" || scheme === "dark") theme.value = scheme;
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
const noteNetwork = () => {
  isOffline.value = !navigator.onLine;
};
addEventListener("online", noteNetwork);
addEventListener("offline", noteNetwork);
noteNetwork();

const device = query.get("device");
const isDevice = (value: string | null): value is DevicePreference => value === "webgpu" || value === "wasm";
if (isDevice(device)) devicePreference.value = device;
void loadModel({ kind: "nano" }, devicePreference.value);

let keptFor = "";
effect(() => {
  const used = model.value?.device;
  if (!used || used === keptFor) return;
  keptFor = used;
  void keepForOffline(used);
});
