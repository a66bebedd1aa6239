import { signal } from "@preact/signals";
import type { DevicePreference } from "../protocol/engine.js";

export const isOffline = signal(false);

/** Where models are to run, as chosen by the user. */
export const devicePreference = signal<DevicePreference>("auto");

/** What a click would take is shown before it is made. */
export const hasPreview = signal(true);

/** What is open is saved on this device. */
export const isAutosaved = signal(true);

/** Single letters act as keys; speech input may want them off (WCAG 2.1.4). */
export const hasLetterKeys = signal(true);
export type Theme = "system" | "light" | "dark";

export const theme = signal<Theme>("system");

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
}

export function setDevice(device: DevicePreference): void {
  devicePreference.value = device;
}

export function setPreview(isOn: boolean): void {
  hasPreview.value = isOn;
}

export function setAutosave(isOn: boolean): void {
  isAutosaved.value = isOn;
}

export function setLetterKeys(isOn: boolean): void {
  hasLetterKeys.value = isOn;
}

/** Follows the network. Ends with the returned call. */
export function keepNetwork(): () => void {
  const note = () => {
    isOffline.value = !navigator.onLine;
  };
  addEventListener("online", note);
  addEventListener("offline", note);
  note();
  return () => {
    removeEventListener("online", note);
    removeEventListener("offline", note);
  };
}
