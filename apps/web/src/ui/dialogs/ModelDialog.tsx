import { signal } from "@preact/signals";
import { PUBLISHED_MODELS } from "@sam2js/checkpoint";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { DevicePreference } from "../../protocol/engine.js";
import { forgetModel, kept, refreshKept, storage } from "../../state/kept.js";
import { cancelLoading, loadModel } from "../../state/models.js";
import { devicePreference as device, isOffline, loading, model, setDevice } from "../../state/session.js";
import { expectedTiming, timings, timingText } from "../../state/timings.js";
import { bytesText, numberText } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Icon } from "../icons.js";
import { Segments } from "../Segments.js";
import { deviceName } from "../TopBar.js";
import { Dialog } from "./Dialog.js";
import { ServerGroup } from "./ServerGroup.js";

/** Of the weights that come with the app. */
const NANO_BYTES = 3e6;

const hubId = signal("");

const DEVICES: readonly DevicePreference[] = ["auto", "webgpu", "wasm"];

export function ModelDialog(): JSX.Element {
  const text = words().models;
  const info = model.value;
  const busy = loading.value;
  // A model that was being loaded is kept from then on, wholly or in part.
  useEffect(() => void refreshKept(), [busy === null]);
  const sizes = new Map(kept.value.map(({ repo, sizeBytes }) => [repo, sizeBytes]));
  const own = kept.value.filter(({ repo }) => PUBLISHED_MODELS.every(({ id }) => id !== repo));
  return (
    <Dialog title={text.title} name="models">
      <div class="models">
        <Row
          name="nano"
          about={fill(text.nano, { size: bytesText(NANO_BYTES) })}
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
            about={fill(text.kept, { size: bytesText(sizeBytes) })}
            keptAs={repo}
            isUsed={info?.name === repo}
            onUse={() => use({ kind: "hub", id: repo })}
          />
        ))}
      </div>
      <p class="dim note">{text.licence}</p>
      {busy && (
        <div class="model-progress" data-testid="model-progress">
          <span class="num">{progressText(busy)}</span>
          <button type="button" class="button small" data-testid="cancel-load" onClick={cancelLoading}>
            {words().dialog.cancel}
          </button>
        </div>
      )}
      <div>
        <div class="group-title">{text.own}</div>
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
            placeholder={text.idHint}
            aria-label={text.idField}
            data-testid="hub-id"
            value={hubId.value}
            onInput={({ currentTarget }) => {
              hubId.value = currentTarget.value;
            }}
          />
          <button type="submit" class="button" data-testid="load-hub">
            {text.load}
          </button>
          <label class="button file-button">
            {text.files}
            <input
              type="file"
              multiple
              class="visually-hidden"
              data-testid="model-files"
              onChange={({ currentTarget }) => {
                const files = [...(currentTarget.files ?? [])];
                // The same files may be chosen again.
                currentTarget.value = "";
                const name =
                  files.find((file) => /\.(safetensors|pt|pth)$/.test(file.name))?.name ?? text.yours;
                if (files.length > 0) use({ kind: "files", name, files });
              }}
            />
          </label>
          <label class="button file-button">
            {text.folder}
            <input
              type="file"
              {...{ webkitdirectory: true }}
              class="visually-hidden"
              data-testid="model-folder"
              onChange={({ currentTarget }) => {
                const files = [...(currentTarget.files ?? [])];
                // The same files may be chosen again.
                currentTarget.value = "";
                const name = files[0]?.webkitRelativePath.split("/")[0] || text.yours;
                if (files.length > 0) use({ kind: "files", name, files });
              }}
            />
          </label>
        </form>
        <p class="dim note">{text.formats}</p>
      </div>
      <ServerGroup />
      <div>
        <div class="group-title">{text.runsOn}</div>
        <Segments
          label={text.runsOn}
          options={DEVICES.map((id) => ({ id, name: text[id] }))}
          chosen={device.value}
          onChoose={setDevice}
          testId={(id) => `device-${id}`}
        />
        <p class="dim note">
          {info &&
            `${fill(text.now, { name: info.name, device: deviceName(info.device), count: info.threads, side: `${info.imageSize}` })} `}
          {!crossOriginIsolated && text.oneCore}
        </p>
        {storage.value && (
          <p class="dim note num" data-testid="storage">
            {fill(text.storage, {
              used: bytesText(storage.value.usedBytes),
              free: bytesText(storage.value.freeBytes),
            })}
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
  const text = words().models;
  const { keptAs } = props;
  const where = device.value === "auto" ? (model.value?.device ?? "wasm") : device.value;
  const takes = timingText(expectedTiming(timings.value, props.id ?? props.name, where));
  return (
    <div class={props.isUsed ? "model-row used" : "model-row"}>
      <span class="model-name">
        <b>{props.name}</b>
        <small>
          {props.about}
          {takes && <span class="num takes"> · {fill(text.here, { takes })}</span>}
        </small>
      </span>
      {keptAs !== undefined && !props.isUsed && (
        <button
          type="button"
          class="icon-button"
          aria-label={fill(text.deleteName, { name: props.name })}
          title={text.delete}
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
        aria-label={fill(props.isUsed ? text.reloadName : text.useName, { name: props.name })}
        disabled={props.isMissing}
        onClick={props.onUse}
      >
        {props.isUsed ? text.reload : text.use}
      </button>
    </div>
  );
}

function keptText(sizeBytes: number | undefined, megabytes: number): string {
  const { models } = words();
  const size = bytesText(1e6 * megabytes);
  if (sizeBytes === undefined) return fill(isOffline.value ? models.missing : models.onHub, { size });
  const have = bytesText(sizeBytes);
  const isPart = sizeBytes < 0.9e6 * megabytes;
  return isPart ? fill(models.part, { have, size }) : fill(models.kept, { size: have });
}

function use(choice: Parameters<typeof loadModel>[0]): void {
  void loadModel(choice, device.value);
}

function progressText({ name, progress }: NonNullable<typeof loading.value>): string {
  const { doing, doingBytes, phase: phases } = words().models;
  const known: Readonly<Record<string, string>> = phases;
  const phase = known[progress?.phase ?? "load"] ?? phases.load;
  if (progress?.unit !== "bytes" || !progress.total) return fill(doing, { phase, name });
  const megabytes = (bytes: number) => numberText(bytes / 1e6);
  return fill(doingBytes, {
    phase,
    name,
    done: megabytes(progress.done),
    total: megabytes(progress.total),
  });
}
