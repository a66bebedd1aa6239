import type { JSX } from "preact";
import type { PhotoDoc } from "../domain/document.js";
import { deleteChosen } from "../state/actions.js";
import { copyCutOut } from "../state/cut-outs.js";
import { choose } from "../state/selection.js";
import { choosePoint, doc } from "../state/session.js";
import { chosenObjects, copyToNext, cutOutChosen, mergeChosen, nextPhoto } from "../state/several.js";
import { fill, words } from "../words/words.js";
import { ClassPicker } from "./ClassPicker.js";
import { Deed } from "./Deed.js";

/** What can be done with several chosen objects at once. */
export function SeveralPanel({ photo }: { photo: PhotoDoc }): JSX.Element {
  const objects = chosenObjects();
  const [one, other] = objects;
  const isPair = objects.length === 2;
  const text = words().several;
  const name = one?.name ?? "";
  const pair = { name, other: other?.name ?? "" };
  return (
    <>
      <div
        class="section several"
        role="group"
        aria-label={fill(words().objects.chosen, { count: objects.length })}
      >
        <div class="several-head">
          {fill(words().objects.chosen, { count: objects.length })}
          <button type="button" class="text-button" data-testid="choose-none" onClick={() => choose([])}>
            {text.none}
          </button>
        </div>
        {!photo.video && (
          <>
            <Deed icon="lift" testId="lift-several" name={text.lift} hint="⌘/Ctrl C" run={copyCutOut} />
            <Deed icon="merge" testId="merge" name={text.merge} hint="M" run={mergeChosen} />
            <Deed
              icon="cut"
              testId="cut-out"
              name={isPair ? fill(text.cut, pair) : fill(text.cutFromOthers, { name })}
              run={() => cutOutChosen(false)}
            />
            <Deed
              icon="cut"
              testId="cut-out-reversed"
              name={
                isPair ? fill(text.cut, { name: pair.other, other: name }) : fill(text.cutOthers, { name })
              }
              run={() => cutOutChosen(true)}
            />
          </>
        )}
        <CopyToNext photo={photo} count={objects.length} />
        <Deed
          icon="bin"
          testId="delete-several"
          name={fill(text.delete, { count: objects.length })}
          hint="⌫"
          run={() => {
            choosePoint(null);
            deleteChosen();
          }}
        />
      </div>
      <ClassPicker />
    </>
  );
}

/** Brings what is chosen to the next photo of the project, where there is one. */
export function CopyToNext({ photo, count }: { photo: PhotoDoc; count: number }): JSX.Element | null {
  if (photo.video || doc.value.photos.length < 2) return null;
  const isLast = nextPhoto() === undefined;
  const text = words().several;
  return (
    <>
      <Deed
        icon="track"
        testId="find-on-next"
        name={fill(text.find, { count })}
        title={text.findTitle}
        hint="⌘/Ctrl B"
        isOff={isLast}
        run={() => copyToNext("clicks")}
      />
      <Deed
        icon="copy"
        testId="copy-to-next"
        name={fill(text.copy, { count })}
        title={text.copyTitle}
        hint="⇧"
        isOff={isLast}
        run={() => copyToNext("masks")}
      />
    </>
  );
}
