import { signal } from "@preact/signals";
import { PUBLISHED_MODELS } from "@sam2js/checkpoint";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { DevicePreference } from "../../protocol/engine.js";
import { forgetModel, kept, refreshKept, storage } from "../../state/kept.js";
import { cancelLoading, loadModel } from "../../state/models.js";
import { devicePreference as device, isOffline, loading, model } from "../../state/session.js";
import { expectedTiming, timings, timingText } from "../../state/timings.js";
import { bytesText } from "../bytes-text.js";
import { Icon } from "../icons.js";
import { deviceName } from "../TopBar.js";
import { Dialog } from "./Dialog.js";

const hubId = signal("");

const DEVICES: readonly { readonly id: DevicePreference; readonly name: string }[] = [
  { id: "auto", name: "Automatic" },
  { id: "webgpu", name: "WebGPU" },
  { id: "wasm", name: "CPU (WASM)" },
];

export function ModelDialog(): JSX.Element {
  const info = model.value;
  const busy = loading.value;
  // A model that was being loaded is kept from then on, wholly or in part.
  useEffect(() => void refreshKept(), [busy === null]);
  const sizes = new Map(kept.value.map(({ repo, sizeBytes }) => [repo, sizeBytes]));
  const own = kept.value.filter(({ repo }) => PUBLISHED_MODELS.every(({ id }) => id !== repo));
  return (
    <Dialog title="Model" name="models">
      <div class="models">
        <Row
          name="nano"
          about="built in, 3 MB · quick, for simple things"
          isUsed={info?.name === "nano"}
          onUse={() => use({ kind: "nano" })}
        />
        {PUBLISHED_MODELS.map(({ id, name, megabytes }) => (
          <Row
            key={id}
            name={name}
            id={id}
            about={keptText(sizes.get(id), megabytes)}
            keptAs={sizes.has(id) ? id : undefined}
            isMissing={isOffline.value && !sizes.has(id)}
            isUsed={info?.name === id}
            onUse={() => use({ kind: "hub", id })}
          />
        ))}
        {own.map(({ repo, sizeBytes }) => (
          <Row
            key={repo}
            name={repo}
            about={`${bytesText(sizeBytes)}, kept on this device`}
            keptAs={repo}
            isUsed={info?.name === repo}
            onUse={() => use({ kind: "hub", id: repo })}
          />
        ))}
      </div>
      <p class="dim note">
        EdgeTAM suits devices without a graphics card; tiny to large are SAM 2.1 by Meta. All are under the
        Apache License 2.0.
      </p>
      {busy && (
        <div class="model-progress" data-testid="model-progress">
          <span class="num">{progressText(busy)}</span>
          <button type="button" class="button small" data-testid="cancel-load" onClick={cancelLoading}>
            Cancel
          </button>
        </div>
      )}
      <div>
        <div class="group-title">Your own</div>
        <form
          class="own"
          onSubmit={(event) => {
            event.preventDefault();
            const id = hubId.value.trim();
            if (id) use({ kind: "hub", id });
          }}
        >
          <input
            class="text-input"
            placeholder="owner/name on the Hub, or a URL"
            aria-label="Model id on the Hub, or a URL"
            data-testid="hub-id"
            value={hubId.value}
            onInput={({ currentTarget }) => {
              hubId.value = currentTarget.value;
            }}
          />
          <button type="submit" class="button" data-testid="load-hub">
            Load
          </button>
          <label class="button file-button">
            Files…
            <input
              type="file"
              multiple
              class="visually-hidden"
              data-testid="model-files"
              onChange={({ currentTarget }) => {
                const files = [...(currentTarget.files ?? [])];
                const name =
                  files.find((file) => /\.(safetensors|pt|pth)$/.test(file.name))?.name ?? "your model";
                if (files.length > 0) use({ kind: "files", name, files });
              }}
            />
          </label>
          <label class="button file-button">
            Folder…
            <input
              type="file"
              {...{ webkitdirectory: true }}
              class="visually-hidden"
              data-testid="model-folder"
              onChange={({ currentTarget }) => {
                const files = [...(currentTarget.files ?? [])];
                const name = files[0]?.webkitRelativePath.split("/")[0] || "your model";
                if (files.length > 0) use({ kind: "files", name, files });
              }}
            />
          </label>
        </form>
        <p class="dim note">
          config.json and model.safetensors of a SAM 2 checkpoint, fine-tuned or sharded too, or a .pt file.
        </p>
      </div>
      <div>
        <div class="group-title">Runs on</div>
        <div class="segments" role="radiogroup" aria-label="Runs on">
          {DEVICES.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={device.value === id}
              class={device.value === id ? "on" : ""}
              data-testid={`device-${id}`}
              onClick={() => {
                device.value = id;
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <p class="dim note">
          {info &&
            `Now: ${info.name} on ${deviceName(info.device)}, ${info.threads} ${info.threads === 1 ? "thread" : "threads"}, ${info.imageSize} pixels. `}
          {!crossOriginIsolated &&
            "One core only: the host lacks two headers (COOP and COEP); the next visit has them."}
        </p>
        {storage.value && (
          <p class="dim note num" data-testid="storage">
            On this device: {bytesText(storage.value.usedBytes)} used, {bytesText(storage.value.freeBytes)}{" "}
            free.
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Row(props: {
  name: string;
  /** Its name as a loaded model, where that is another one. */
  id?: string | undefined;
  about: string;
  /** Its id on the Hub, where files of it are on this device. */
  keptAs?: string | undefined;
  /** It cannot be had now. */
  isMissing?: boolean;
  isUsed: boolean;
  onUse: () => void;
}): JSX.Element {
  const { keptAs } = props;
  const where = device.value === "auto" ? (model.value?.device ?? "wasm") : device.value;
  const takes = timingText(expectedTiming(timings.value, props.id ?? props.name, where));
  return (
    <div class={props.isUsed ? "model-row used" : "model-row"}>
      <span class="model-name">
        <b>{props.name}</b>
        <small>
          {props.about}
          {takes && <span class="num takes"> · {takes} here</span>}
        </small>
      </span>
      {keptAs !== undefined && !props.isUsed && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Delete ${props.name} from this device`}
          title="Delete from this device"
          data-testid={`forget-${props.name}`}
          onClick={() => void forgetModel(keptAs)}
        >
          <Icon name="bin" />
        </button>
      )}
      <button
        type="button"
        class="button small"
        data-testid={`use-${props.name}`}
        aria-label={`Use ${props.name}`}
        disabled={props.isMissing}
        onClick={props.onUse}
      >
        {props.isUsed ? "Reload" : "Use"}
      </button>
    </div>
  );
}

function keptText(sizeBytes: number | undefined, megabytes: number): string {
  if (sizeBytes === undefined) {
    return isOffline.value
      ? `${megabytes} MB, not on this device`
      : `${megabytes} MB from the Hugging Face Hub`;
  }
  const isPart = sizeBytes < 0.9e6 * megabytes;
  return isPart
    ? `${bytesText(sizeBytes)} of ${megabytes} MB are here, the rest is fetched`
    : `${bytesText(sizeBytes)}, kept on this device`;
}

function use(choice: Parameters<typeof loadModel>[0]): void {
  void loadModel(choice, device.value);
}

const PHASES: Readonly<Record<string, string>> = {
  resolve: "Looking it up",
  download: "Fetching",
  verify: "Checking",
  build: "Preparing",
  load: "Preparing",
};

function progressText({ name, progress }: NonNullable<typeof loading.value>): string {
  if (!progress) return `Preparing ${name}`;
  const what = PHASES[progress.phase] ?? "Preparing";
  if (progress.unit !== "bytes" || !progress.total) return `${what} ${name}`;
  return `${what} ${name}: ${(progress.done / 1e6).toFixed(0)} of ${(progress.total / 1e6).toFixed(0)} MB`;
}
