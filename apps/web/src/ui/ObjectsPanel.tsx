import type { JSX } from "preact";
import { inkOn, objectColor } from "../domain/colors.js";
import { renameObject, showObject } from "../domain/commands.js";
import type { ObjectDoc, PhotoDoc } from "../domain/document.js";
import { newObject, toggleQuick } from "../state/actions.js";
import { maskOf } from "../state/masks.js";
import { choose, pick, pickTo, togglePicking } from "../state/selection.js";
import {
  chosenIds,
  type Display,
  dispatch,
  display,
  endStep,
  isPicking,
  isQuick,
  object,
  objectId,
  openDialog,
  photo,
  setDisplay,
} from "../state/session.js";
import { areaText, scoreText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { AgainOffer } from "./AgainOffer.js";
import { arrowKeys } from "./arrow-keys.js";
import { ClassPicker } from "./ClassPicker.js";
import { endTyping } from "./end-typing.js";
import { Inspector } from "./Inspector.js";
import { Icon } from "./icons.js";
import { MaskThumb } from "./MaskThumb.js";
import { Segments } from "./Segments.js";
import { SeveralPanel } from "./SeveralPanel.js";
import { SheetChips } from "./SheetChips.js";
import { SubjectButton } from "./SubjectButton.js";
import { useInSight } from "./use-in-sight.js";
import { FramePrompts } from "./video/FramePrompts.js";
import { trackText } from "./video/track-text.js";

export function ObjectsPanel(): JSX.Element | null {
  const shown = photo.value;
  if (!shown) return null;
  const { objects } = words();
  return (
    <div class="pane objects">
      <div class="pane-head">
        <h2>{objects.title}</h2>
        <span class="dim num">{shown.objects.length || ""}</span>
        <span class="grow" />
        {shown.objects.length > 1 && (
          <button
            type="button"
            class={isPicking.value ? "icon-button on" : "icon-button"}
            aria-pressed={isPicking.value}
            aria-label={objects.several}
            data-testid="choose-several"
            title={objects.severalTitle}
            onClick={togglePicking}
          >
            <Icon name="several" />
          </button>
        )}
        {!shown.video && <SubjectButton />}
        <button
          type="button"
          class={isQuick.value ? "button small quick on" : "button small quick"}
          aria-pressed={isQuick.value}
          data-testid="quick"
          title={objects.quickTitle}
          onClick={toggleQuick}
        >
          <Icon name="bolt" />
          <span class="button-text">{objects.quick}</span>
        </button>
        <button
          type="button"
          class="button small"
          data-testid="new-object"
          title={objects.newTitle}
          onClick={newObject}
        >
          <Icon name="plus" />
          {objects.new}
        </button>
      </div>
      <AgainOffer />
      <ul class="rows" aria-label={objects.title} onKeyDown={arrowKeys}>
        {shown.objects.map((each) => (
          <Row key={each.id} photo={shown} object={each} />
        ))}
      </ul>
      {shown.objects.length === 0 && (
        <div class="empty">
          <p>{objects.empty}</p>
          {!shown.video && <SubjectButton isLong />}
          {!shown.video && (
            <button
              type="button"
              class="text-button"
              data-testid="import-labels"
              onClick={() => openDialog("open")}
            >
              {objects.importLabels}
            </button>
          )}
        </div>
      )}
      <Chosen photo={shown} />
      <SheetChips />
      <div class="section looks">
        <Looks />
      </div>
    </div>
  );
}

function Chosen({ photo: on }: { photo: PhotoDoc }): JSX.Element {
  const one = object.value;
  if (!one) return <ClassPicker />;
  if (chosenIds.value.size > 1) return <SeveralPanel photo={on} />;
  if (!on.video) return <Inspector photo={on} object={one} />;
  return (
    <>
      <ClassPicker />
      <FramePrompts photo={on} object={one} />
    </>
  );
}

function Row({ photo: on, object: each }: { photo: PhotoDoc; object: ObjectDoc }): JSX.Element {
  const { objects } = words();
  const mask = maskOf(on, each);
  const isChosen = each.id === objectId.value;
  const isPicked = chosenIds.value.has(each.id);
  const color = objectColor(each.number);
  const share = mask && mask.view.area / (on.width * on.height);
  const target = { photoId: on.id, objectId: each.id };
  // One stop for Tab in the whole list; arrow keys go from there.
  const tabIndex = isChosen || (!objectId.value && on.objects[0] === each) ? 0 : -1;
  const row = useInSight<HTMLLIElement>(isChosen);
  return (
    <li ref={row} class={isPicked ? "row chosen" : "row"} data-testid="object-row">
      <div
        class="row-main"
        onClick={(event) => {
          if (event.shiftKey) pickTo(each.id);
          else if (event.ctrlKey || event.metaKey || isPicking.value) pick(each.id);
          else choose([each.id]);
        }}
      >
        <button
          type="button"
          class="row-pick"
          tabIndex={tabIndex}
          aria-label={fill(objects.choose, { name: each.name })}
          aria-pressed={isPicked}
        >
          <MaskThumb view={mask?.view} number={each.number} />
        </button>
        <span class="row-text">
          {isChosen ? (
            <input
              class="name-input"
              dir="auto"
              aria-label={objects.nameField}
              data-testid="object-name"
              value={each.name}
              onKeyDown={endTyping}
              onChange={({ currentTarget }) => {
                dispatch(renameObject(target, currentTarget.value.trim() || each.name));
                endStep();
              }}
            />
          ) : (
            <bdi>{each.name}</bdi>
          )}
          <small class="num">
            {each.label && (
              <>
                <b class="row-class">
                  <bdi>{each.label}</bdi>
                </b>
                {" · "}
              </>
            )}
            {on.video ? trackText(each.id) : share === undefined ? "…" : areaText(share)}
            {!on.video && mask?.score !== undefined && (
              <>
                {" · "}
                <span title={objects.confidence}>{fill(objects.sure, { share: scoreText(mask.score) })}</span>
              </>
            )}
          </small>
        </span>
        <span class="number num" style={{ background: color, color: inkOn(color) }}>
          {each.number}
        </span>
      </div>
      {each.isLocked && <Icon name="locked" />}
      <button
        type="button"
        class="icon-button"
        tabIndex={-1}
        aria-label={fill(each.isVisible ? objects.hide : objects.show, { name: each.name })}
        aria-pressed={!each.isVisible}
        onClick={() => {
          dispatch(showObject(target, !each.isVisible));
          endStep();
        }}
      >
        <Icon name={each.isVisible ? "eye" : "eyeoff"} />
      </button>
    </li>
  );
}

const LOOKS: readonly Display[] = ["tint", "outline", "cutout"];

function Looks(): JSX.Element {
  return (
    <Segments
      label={words().objects.looks}
      options={LOOKS.map((id) => ({ id, name: words().objects[id] }))}
      chosen={display.value}
      onChoose={setDisplay}
      testId={(id) => `look-${id}`}
    />
  );
}
