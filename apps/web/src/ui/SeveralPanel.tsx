import type { JSX } from "preact";
import type { PhotoDoc } from "../domain/document.js";
import { deleteChosen } from "../state/actions.js";
import { choose } from "../state/selection.js";
import { doc, pointId } from "../state/session.js";
import { chosenObjects, copyToNext, cutOutChosen, mergeChosen, nextPhoto } from "../state/several.js";
import { ClassPicker } from "./ClassPicker.js";
import { Icon, type IconName } from "./icons.js";

/** What can be done with several chosen objects at once. */
export function SeveralPanel({ photo }: { photo: PhotoDoc }): JSX.Element {
  const objects = chosenObjects();
  const [one, other] = objects;
  const isPair = objects.length === 2;
  const others = isPair ? other?.name : "the others";
  return (
    <>
      <div class="section several" role="group" aria-label={`${objects.length} chosen objects`}>
        <h3>
          {objects.length} objects chosen
          <button type="button" class="text-button" data-testid="choose-none" onClick={() => choose([])}>
            Choose none
          </button>
        </h3>
        {!photo.video && (
          <>
            <Deed icon="merge" testId="merge" name="Merge into one object" hint="M" run={mergeChosen} />
            <Deed
              icon="cut"
              testId="cut-out"
              name={`Cut ${one?.name} out of ${others}`}
              run={() => cutOutChosen(false)}
            />
            <Deed
              icon="cut"
              testId="cut-out-reversed"
              name={`Cut ${others} out of ${one?.name}`}
              run={() => cutOutChosen(true)}
            />
          </>
        )}
        <CopyToNext photo={photo} count={objects.length} />
        <Deed
          icon="bin"
          testId="delete-several"
          name={`Delete ${objects.length} objects`}
          hint="⌫"
          run={() => {
            pointId.value = null;
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
  const them = count === 1 ? "it" : "them";
  return (
    <>
      <Deed
        icon="track"
        testId="find-on-next"
        name={`Find ${them} on the next photo`}
        title="The model is asked on the next photo with the same clicks and boxes; what no click made goes there as it is"
        hint="⌘/Ctrl B"
        isOff={isLast}
        run={() => copyToNext("clicks")}
      />
      <Deed
        icon="copy"
        testId="copy-to-next"
        name={count === 1 ? "Copy its mask to the next photo" : "Copy their masks to the next photo"}
        title="As they are, pixel for pixel; onto a photo of another size as boxes that the model is asked with"
        hint="⇧"
        isOff={isLast}
        run={() => copyToNext("masks")}
      />
    </>
  );
}

function Deed(props: {
  readonly icon: IconName;
  readonly testId: string;
  readonly name: string;
  readonly title?: string;
  readonly hint?: string;
  readonly isOff?: boolean;
  readonly run: () => void | Promise<void>;
}): JSX.Element {
  const { icon, testId, name, title, hint, isOff = false, run } = props;
  return (
    <button
      type="button"
      class="deed"
      data-testid={testId}
      title={title}
      disabled={isOff}
      onClick={() => void run()}
    >
      <Icon name={icon} />
      <span class="grow">{name}</span>
      {hint && <kbd class="num">{hint}</kbd>}
    </button>
  );
}
