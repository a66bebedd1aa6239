import { signal } from "@preact/signals";
import { hexColor, maskColor } from "@sam2js/masks";
import type { JSX } from "preact";
import { renameClass } from "../domain/commands.js";
import { giveClass } from "../state/actions.js";
import { classes as suggestions } from "../state/classes.js";
import { chosenIds, dispatch, doc, endStep, nextClass, object, setNextClass } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { arrowKeys } from "./arrow-keys.js";
import { endTyping } from "./end-typing.js";
import { Icon } from "./icons.js";

/** Classes have keys up to this number. */
const MAX_KEYS = 9;
const isRenaming = signal(false);

/** The project's classes with their numbers, keys and colours: for the chosen objects, and for those that come. */
export function ClassPicker(): JSX.Element {
  const { classes } = doc.value;
  const text = words().classes;
  const count = chosenIds.value.size;
  const used = count > 0 ? object.value?.label : nextClass.value;
  const whose =
    count === 0
      ? text.ofNext
      : count === 1
        ? fill(text.ofName, { name: object.value?.name ?? "" })
        : fill(text.ofCount, { count });
  return (
    <div class="section classes">
      <div class="classes-head">
        <h3>
          {text.title} <span class="dim">{whose}</span>
        </h3>
        {classes.length > 0 && (
          <button
            type="button"
            class={isRenaming.value ? "button small on" : "button small"}
            aria-pressed={isRenaming.value}
            data-testid="rename-classes"
            onClick={() => {
              isRenaming.value = !isRenaming.value;
            }}
          >
            {text.rename}
          </button>
        )}
      </div>
      {isRenaming.value && <Names />}
      {!isRenaming.value && classes.length > 0 && (
        <div
          class="class-list"
          role="radiogroup"
          aria-label={fill(text.whose, { whose })}
          onKeyDown={arrowKeys}
        >
          {classes.map((name, i) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={name === used}
              class={name === used ? "class-chip on" : "class-chip"}
              data-testid="class"
              title={i < MAX_KEYS ? fill(text.key, { number: i + 1 }) : undefined}
              onClick={() => giveClass(name === used ? "" : name)}
            >
              <i style={{ background: colorOf(i) }} />
              <bdi>{name}</bdi>
              {i < MAX_KEYS && <kbd class="num">⇧{i + 1}</kbd>}
            </button>
          ))}
        </div>
      )}
      {!isRenaming.value && <NewClass />}
    </div>
  );
}

function NewClass(): JSX.Element {
  return (
    <label class="class-of">
      <Icon name="plus" />
      <span class="visually-hidden">{words().classes.new}</span>
      <input
        class="text-input"
        list="classes"
        placeholder={words().classes.new}
        data-testid="object-class"
        onKeyDown={endTyping}
        onChange={({ currentTarget }) => {
          const name = currentTarget.value.trim();
          if (name) giveClass(name);
          currentTarget.value = "";
        }}
      />
      <datalist id="classes">
        {suggestions.value
          .filter((name) => !doc.value.classes.includes(name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
    </label>
  );
}

function Names(): JSX.Element {
  return (
    <ol class="class-names">
      {doc.value.classes.map((name, i) => (
        <li key={name}>
          <i style={{ background: colorOf(i) }} />
          <input
            class="text-input"
            aria-label={fill(words().classes.number, { number: i + 1 })}
            data-testid="class-name"
            value={name}
            onKeyDown={endTyping}
            onChange={({ currentTarget }) => {
              const next = currentTarget.value.trim();
              dispatch(renameClass(name, next));
              endStep();
              if (nextClass.value === name) setNextClass(next || name);
              currentTarget.value = next;
            }}
          />
        </li>
      ))}
    </ol>
  );
}

/** As class masks have it. */
function colorOf(number: number): string {
  return hexColor(maskColor(number));
}
