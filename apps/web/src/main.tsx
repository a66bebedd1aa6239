import { effect } from "@preact/signals";
import { options, render } from "preact";
import { preparePainter } from "./clients/painter-service.js";
import { keepForOffline } from "./clients/service-worker.js";
import { createWorkerEngine } from "./clients/worker-engine.js";
import { listenToFiles } from "./input/files.js";
import { listenToKeys } from "./input/keyboard.js";
import type { DevicePreference } from "./protocol/engine.js";
import { keepMasksUpToDate } from "./state/asking.js";
import { keepSaved } from "./state/autosave.js";
import { keepClasses } from "./state/classes.js";
import { afterAnswer } from "./state/click-time.js";
import { keepEncoded } from "./state/encoding.js";
import { keepPreviewTrue } from "./state/hover.js";
import { keepLanguage, setLanguage } from "./state/language.js";
import { loadModel } from "./state/models.js";
import { keepPhotoShown } from "./state/photos.js";
import { keepProject, listProjects } from "./state/projects.js";
import { keepPickedTrue } from "./state/selection.js";
import {
  devicePreference,
  keepNetwork,
  model,
  setDevice,
  setEngine,
  setTheme,
  theme,
} from "./state/session.js";
import { keepSettings } from "./state/settings.js";
import { keepTimings } from "./state/timings.js";
import { keepFrameShown } from "./state/video/playback.js";
import { keepReadings, keepStillReady } from "./state/video/stills.js";
import { keepAnswered } from "./state/video/tracker.js";
import { App } from "./ui/App.js";
import { keepFocus } from "./ui/keep-focus.js";
import { warmFonts } from "./ui/warm-fonts.js";
import "./styles/main.css";

const query = new URLSearchParams(location.search);
const engine = createWorkerEngine({ isFake: __TESTING__ && query.get("engine") === "fake" });
if (__TESTING__ && query.has("test")) {
  const { preparePage } = await import("./testing/prepare-page.js");
  setEngine(preparePage(engine, query));
} else setEngine(engine);

keepSettings();
const spoken = query.get("lang");
if (spoken) setLanguage(spoken);
await keepLanguage();
options.debounceRendering = afterAnswer;
const root = document.getElementById("root");
if (root) render(<App />, root);
setTimeout(preparePainter);
warmFonts();
keepFocus();

listenToFiles();
listenToKeys();
keepPhotoShown();
keepPickedTrue();
keepEncoded();
keepPreviewTrue();
keepMasksUpToDate();
keepClasses();
keepSaved();
keepProject();
void listProjects();
keepFrameShown();
keepAnswered();
keepStillReady();
keepReadings();

keepTimings();
const scheme = query.get("theme");
if (scheme === "light" || scheme === "dark") setTheme(scheme);
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
keepNetwork();

const device = query.get("device");
const isDevice = (value: string | null): value is DevicePreference => value === "webgpu" || value === "wasm";
if (isDevice(device)) setDevice(device);
void loadModel({ kind: "nano" }, devicePreference.value);

let keptFor = "";
effect(() => {
  const used = model.value?.device;
  if (!used || used === keptFor) return;
  keptFor = used;
  void keepForOffline(used);
});
