import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { closerOfThis } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Icon } from "../icons.js";

/** A modal dialog: the browser's own, so focus stays inside and Escape closes it. */
export function Dialog(props: {
  title: string;
  name: string;
  isWide?: boolean;
  aside?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const [close] = useState(closerOfThis);
  // At once, not after the next paint: until then the focus cannot move in, and a key pressed meanwhile would act behind it.
  useLayoutEffect(() => {
    element.current?.showModal();
  }, []);
  return (
    <dialog
      ref={element}
      class={props.isWide ? "dialog wide" : "dialog"}
      aria-label={props.title}
      data-testid={`dialog-${props.name}`}
      // Escape ends it as the button does, at once. Where the browser closes it all the same, the event of its end comes late.
      onCancel={(event) => {
        // A picker of files that is left says the same of its field.
        if (event.target !== element.current) return;
        event.preventDefault();
        close();
      }}
      onClose={close}
      onClick={(event) => {
        if (event.target === element.current) close();
      }}
    >
      <div class="dialog-inner">
        {props.aside}
        <div class="dialog-body">
          <div class="dialog-head">
            <h2>{props.title}</h2>
            <span class="grow" />
            <button
              type="button"
              class="icon-button"
              aria-label={words().dialog.close}
              data-testid="close-dialog"
              onClick={close}
            >
              <Icon name="close" />
            </button>
          </div>
          {props.children}
        </div>
      </div>
    </dialog>
  );
}
