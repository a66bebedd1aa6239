import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
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
  photo,
} from "../state/session.js";
import { AgainOffer } from "./AgainOffer.js";
import { arrowKeys } from "./arrow-keys.js";
import { ClassPicker } from "./ClassPicker.js";
import { Inspector } from "./Inspector.js";
import { Icon } from "./icons.js";
import { MaskThumb } from "./MaskThumb.js";
import { percent } from "./percent.js";
import { SeveralPanel } from "./SeveralPanel.js";
import { FramePrompts } from "./video/FramePrompts.js";
import { trackText } from "./video/track-text.js";

export function ObjectsPanel(): JSX.Element | null {
  const shown = photo.value;
  if (!shown) return null;
  return (
    <div class="pane objects">
      <div class="pane-head">
        <h2>Objects</h2>
        <span class="dim num">{shown.objects.length || ""}</span>
        <span class="grow" />
        {shown.objects.length > 1 && (
          <button
            type="button"
            class={isPicking.value ? "icon-button on" : "icon-button"}
            aria-pressed={isPicking.value}
            aria-label="Choose several"
            data-testid="choose-several"
            title="Choose several (⌘/Ctrl-click; ⇧-click in the list; ⌘/Ctrl A: all)"
            onClick={togglePicking}
          >
            <Icon name="several" />
          </button>
        )}
        <button
          type="button"
          class={isQuick.value ? "button small quick on" : "button small quick"}
          aria-pressed={isQuick.value}
          data-testid="quick"
          title="Each click is an object of its own (Q)"
          onClick={toggleQuick}
        >
          <Icon name="bolt" />
          <span class="button-text">Quick</span>
        </button>
        <button
          type="button"
          class="button small"
          data-testid="new-object"
          title="New object (N)"
          onClick={newObject}
        >
          <Icon name="plus" />
          New
        </button>
      </div>
      <AgainOffer />
      <ul class="rows" aria-label="Objects" onKeyDown={arrowKeys}>
        {shown.objects.map((each) => (
          <Row key={each.id} photo={shown} object={each} />
        ))}
      </ul>
      {shown.objects.length === 0 && (
        <p class="empty">Point at something: what a click would take lights up. Click, and it is yours.</p>
      )}
      <Chosen photo={shown} />
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
  const mask = maskOf(on, each);
  const isChosen = each.id === objectId.value;
  const isPicked = chosenIds.value.has(each.id);
  const color = objectColor(each.number);
  const share = mask && (100 * mask.view.area) / (on.width * on.height);
  const target = { photoId: on.id, objectId: each.id };
  // One stop for Tab in the whole list; arrow keys go from there.
  const tabIndex = isChosen || (!objectId.value && on.objects[0] === each) ? 0 : -1;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isChosen]);
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
          aria-label={`Choose ${each.name}`}
          aria-pressed={isPicked}
        >
          <MaskThumb view={mask?.view} number={each.number} />
        </button>
        <span class="row-text">
          {isChosen ? (
            <input
              class="name-input"
              aria-label="Name"
              data-testid="object-name"
              value={each.name}
              onKeyDown={(event) => {
                event.stopPropagation();
                if (event.key === "Enter") event.currentTarget.blur();
              }}
              onChange={({ currentTarget }) => {
                dispatch(renameObject(target, currentTarget.value.trim() || each.name));
                endStep();
              }}
            />
          ) : (
            each.name
          )}
          <small class="num">
            {each.label && (
              <>
                <b class="row-class">{each.label}</b>
                {" · "}
              </>
            )}
            {on.video ? trackText(each.id) : areaText(share)}
            {!on.video && mask?.score !== undefined && (
              <>
                {" · "}
                <span title="The model’s own confidence">{percent(mask.score)} sure</span>
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
        aria-label={`${each.isVisible ? "Hide" : "Show"} ${each.name}`}
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

function areaText(share: number | undefined): string {
  return share === undefined ? "…" : `${share < 10 ? share.toFixed(1) : Math.round(share)} %`;
}

const LOOKS: readonly { readonly id: Display; readonly name: string }[] = [
  { id: "tint", name: "Tint" },
  { id: "outline", name: "Outline" },
  { id: "cutout", name: "Cut-out" },
];

function Looks(): JSX.Element {
  return (
    <div class="segments" role="radiogroup" aria-label="How masks look" onKeyDown={arrowKeys}>
      {LOOKS.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={display.value === id}
          class={display.value === id ? "on" : ""}
          data-testid={`look-${id}`}
          onClick={() => {
            display.value = id;
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
