import { signal } from "@preact/signals";
import { messageOf } from "@sam2js/core";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { ExportedFile, ExportFormat } from "../../protocol/engine.js";
import { cutOutLooks } from "../../state/cut-outs.js";
import {
  download,
  dragOut,
  type ExportScope,
  exportRequest,
  FORMATS,
  runExport,
} from "../../state/exporting.js";
import { leftOutOf } from "../../state/left-out.js";
import { report } from "../../state/problems.js";
import { saveProject } from "../../state/project.js";
import { chosenIds, closerOfThis, doc, model, object, photo } from "../../state/session.js";
import { bytesText, percent } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Segments } from "../Segments.js";
import { CutOutOptions } from "./CutOutOptions.js";
import { Dialog } from "./Dialog.js";
import { FormatTiles } from "./export-choices.js";
import { HandOver } from "./HandOver.js";
import { LeftOutNote } from "./LeftOutNote.js";
import { Switch } from "./Switch.js";

/** The last choice is kept for the next time. */
const format = signal<ExportFormat>("cutout");
const scope = signal<ExportScope>("object");
const isFlat = signal(false);
const isPolygon = signal(false);
const hasPhotos = signal(false);
const validation = signal(0);
/** Shares of the photos that may be kept for validation. */
const VALIDATION = [0, 0.1, 0.2];
/** Formats that photos may lie beside, and those that know training and validation. */
const DATA_SETS: ReadonlySet<ExportFormat> = new Set(["coco", "yolo", "voc", "cvat", "labelstudio"]);
const SPLITS: ReadonlySet<ExportFormat> = new Set(["coco", "yolo", "voc"]);
/** How far the project's file is, in words. */
const saving = signal("");

/** How much of a text the preview shows. */
const PREVIEW_CHARACTERS = 1400;

export function ExportDialog(): JSX.Element {
  const text = words().export;
  const scopes = availableScopes();
  const used = scopes.some(({ id }) => id === scope.value) ? scope.value : (scopes[0]?.id ?? "photo");
  const [file, setFile] = useState<ExportedFile | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [progress, setProgress] = useState("");
  // At once, not after the next paint: until then the file of the last choice would be offered for this one.
  useLayoutEffect(() => {
    const controller = new AbortController();
    setFile(null);
    setFailure(null);
    const { signal } = controller;
    const onProgress = (done: number, total: number) =>
      setProgress(total > 1 ? fill(words().export.writingOf, { done, total }) : "");
    const looks = {
      cutOut: cutOutLooks.value,
      isFlat: isFlat.value,
      isPolygon: isPolygon.value,
      hasPhotos: used === "all" && hasPhotos.value,
      validation: used === "all" ? validation.value : 0,
    };
    exportRequest(format.value, used, looks, { signal, onProgress })
      .then((request) => runExport(request, signal))
      .then((made) => {
        if (!signal.aborted) setFile(made);
      })
      .catch((error) => {
        if (!signal.aborted) setFailure(messageOf(error));
      });
    return () => controller.abort(new DOMException("another format", "AbortError"));
    // Masks that nobody has made yet wait for a model.
  }, [
    format.value,
    used,
    format.value === "cutout" ? cutOutLooks.value : null,
    isFlat.value,
    isPolygon.value,
    hasPhotos.value,
    validation.value,
    model.value?.name,
  ]);
  return (
    <Dialog title={text.title} name="export" isWide aside={<Preview file={file} failure={failure} />}>
      <Segments
        label={text.what}
        options={scopes}
        chosen={used}
        onChoose={(id) => {
          scope.value = id;
        }}
        testId={(id) => `scope-${id}`}
      />
      <LeftOutNote {...leftOutOf(used)} />
      <FormatTiles
        formats={FORMATS}
        names={words().format}
        chosen={format.value}
        onChoose={(id) => {
          format.value = id;
        }}
      />
      {format.value === "cutout" && <CutOutOptions hasSeveral={hasSeveral(used)} />}
      {format.value === "coco" && (
        <Switch
          name={text.polygons}
          testId="polygons"
          isOn={isPolygon.value}
          onChange={(isOn) => {
            isPolygon.value = isOn;
          }}
        />
      )}
      {hasSeveral(used) && (
        <Switch
          name={text.noOverlap}
          testId="no-overlap"
          isOn={isFlat.value}
          onChange={(isOn) => {
            isFlat.value = isOn;
          }}
        />
      )}
      {used === "all" && DATA_SETS.has(format.value) && (
        <Switch
          name={text.withPhotos}
          testId="with-photos"
          isOn={hasPhotos.value}
          onChange={(isOn) => {
            hasPhotos.value = isOn;
          }}
        />
      )}
      {used === "all" && SPLITS.has(format.value) && <Validation />}
      <button type="button" class="text-button" data-testid="save-project" onClick={() => void save()}>
        {saving.value || text.save}
      </button>
      <div class="dialog-actions">
        <HandOver file={file} />
        <button
          type="button"
          class="button primary large stretch"
          data-testid="download"
          disabled={!file}
          onClick={() => file && download(file)}
        >
          {file
            ? fill(text.downloadName, { name: file.name })
            : failure
              ? text.nothing
              : progress || text.writing}
        </button>
      </div>
    </Dialog>
  );
}

async function save(): Promise<void> {
  const close = closerOfThis();
  try {
    download(
      await saveProject((done, total) => {
        saving.value = fill(words().export.making, { done, total });
      }),
    );
  } catch (error) {
    close();
    report(error, words().wrong.writeProject);
  } finally {
    saving.value = "";
  }
}

function Validation(): JSX.Element {
  const text = words().export;
  return (
    <div class="option">
      {text.validation}
      <Segments
        label={text.validationPhotos}
        options={VALIDATION.map((id) => ({ id, name: id === 0 ? text.noValidation : percent(id) }))}
        chosen={validation.value}
        onChoose={(share) => {
          validation.value = share;
        }}
        testId={(id) => `validation-${100 * id}`}
      />
    </div>
  );
}

function availableScopes(): { id: ExportScope; name: string }[] {
  const text = words().export;
  const count = photo.value?.objects.length ?? 0;
  const scopes: { id: ExportScope; name: string }[] = [];
  const chosen = chosenIds.value.size;
  if (object.value)
    scopes.push({
      id: "object",
      name: chosen > 1 ? fill(words().objects.chosen, { count: chosen }) : object.value.name,
    });
  const isAlone = doc.value.photos.length === 1;
  if (count > 1 || (!object.value && (count > 0 || isAlone)))
    scopes.push({ id: "photo", name: objectsText(count) });
  if (!isAlone) scopes.push({ id: "all", name: text.allPhotos });
  return scopes;
}

function objectsText(count: number): string {
  const text = words().export;
  return [text.allObjects, text.oneObject, text.bothObjects][count] ?? fill(text.allOf, { count });
}

/** Whether a photo of the scope may have more than one object. */
function hasSeveral(scope: ExportScope): boolean {
  if (scope === "object") return chosenIds.value.size > 1;
  return scope === "all" || (photo.value?.objects.length ?? 0) > 1;
}

function Preview({ file, failure }: { file: ExportedFile | null; failure: string | null }): JSX.Element {
  const [url, setUrl] = useState<string | null>(null);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    setUrl(null);
    setText(null);
    if (!file) return;
    if (/\.(png|svg|webp|jpg)$/.test(file.name)) {
      const made = URL.createObjectURL(file.blob);
      setUrl(made);
      return () => URL.revokeObjectURL(made);
    }
    let isCurrent = true;
    if (!file.name.endsWith(".zip")) {
      void file.blob
        .slice(0, PREVIEW_CHARACTERS)
        .text()
        .then((start) => isCurrent && setText(start));
    }
    return () => {
      isCurrent = false;
    };
  }, [file]);
  return (
    <div class="preview">
      {url && (
        <img
          src={url}
          alt={fill(words().export.previewOf, { name: file?.name ?? "" })}
          title={words().export.dragOut}
          onDragStart={(event) => file && dragOut(event, file, url)}
        />
      )}
      {text && <pre>{text}</pre>}
      {file?.name.endsWith(".zip") && <p class="zip">{file.name}</p>}
      {failure && <p class="zip">{failure}</p>}
      {file && (
        <span class="tag num fixed" data-testid="export-size">
          {file.width &&
            `${fill(words().unit.pixelSize, { width: `${file.width}`, height: `${file.height}` })} · `}
          {bytesText(file.blob.size)}
        </span>
      )}
    </div>
  );
}
