import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { GroundKind, PictureType } from "../../protocol/cut-outs.js";
import { cutOutLooks, setCutOutLooks } from "../../state/cut-outs.js";
import { percent } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Segments } from "../Segments.js";
import { Slider } from "../Slider.js";
import { Switch } from "./Switch.js";

const GROUNDS: readonly GroundKind[] = ["transparent", "colour", "blur"];
const FILES: readonly { readonly id: PictureType; readonly name: "png" | "webp" | "jpeg" }[] = [
  { id: "image/png", name: "png" },
  { id: "image/webp", name: "webp" },
  { id: "image/jpeg", name: "jpeg" },
];

/** How objects are cut out. @param hasSeveral  whether there is more than one */
export function CutOutOptions({ hasSeveral }: { readonly hasSeveral: boolean }): JSX.Element {
  const text = words().cutOut;
  const looks = cutOutLooks.value;
  return (
    <div class="cut-out-options">
      {hasSeveral && (
        <Row name={text.pictures}>
          <Segments
            label={text.pictures}
            options={[
              { id: "together", name: text.together },
              { id: "apart", name: text.apart },
            ]}
            chosen={looks.isTogether ? "together" : "apart"}
            onChoose={(id) => setCutOutLooks({ isTogether: id === "together" })}
            testId={(id) => `cut-out-${id}`}
          />
        </Row>
      )}
      <Row name={text.ground}>
        <Segments
          label={text.ground}
          options={GROUNDS.map((id) => ({ id, name: text[id] }))}
          chosen={looks.ground}
          onChoose={(ground) => setCutOutLooks({ ground })}
          testId={(id) => `ground-${id}`}
        />
      </Row>
      {looks.ground === "colour" && (
        <label class="option">
          {text.groundColour}
          <input
            type="color"
            class="swatch"
            data-testid="ground-colour-choice"
            value={looks.colour}
            onChange={({ currentTarget }) => setCutOutLooks({ colour: currentTarget.value })}
          />
        </label>
      )}
      {looks.ground === "blur" && (
        <SetSlider
          name={text.strength}
          testId="blur"
          value={Math.round(1000 * looks.blur)}
          min={5}
          max={100}
          step={5}
          textOf={(value) => percent(value / 1000, 1)}
          onSet={(value) => setCutOutLooks({ blur: value / 1000 })}
        />
      )}
      <SetSlider
        name={text.softEdge}
        testId="soft-edge"
        value={looks.softEdge}
        max={60}
        textOf={pixelsText}
        onSet={(softEdge) => setCutOutLooks({ softEdge })}
      />
      <Switch
        name={words().export.crop}
        testId="crop"
        isOn={looks.isCropped}
        onChange={(isCropped) => setCutOutLooks({ isCropped })}
      />
      {looks.isCropped && (
        <SetSlider
          name={text.margin}
          testId="margin"
          value={looks.margin}
          max={200}
          textOf={pixelsText}
          onSet={(margin) => setCutOutLooks({ margin })}
        />
      )}
      <Row name={text.file}>
        <Segments
          label={text.file}
          options={FILES.map(({ id, name }) => ({ id, name: text[name] }))}
          chosen={looks.type}
          onChoose={(type) => setCutOutLooks({ type })}
          testId={(id) => `file-${id.slice(6)}`}
        />
      </Row>
      {looks.type !== "image/png" && (
        <SetSlider
          name={text.quality}
          testId="quality"
          value={Math.round(100 * looks.quality)}
          min={10}
          max={100}
          step={5}
          textOf={(value) => percent(value / 100)}
          onSet={(value) => setCutOutLooks({ quality: value / 100 })}
        />
      )}
      {looks.type === "image/jpeg" && looks.ground === "transparent" && (
        <p class="frame-note" data-testid="jpeg-note">
          {text.opaque}
        </p>
      )}
    </div>
  );
}

function pixelsText(count: number): string {
  return fill(words().unit.pixels, { count });
}

function Row(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div class="option">
      {props.name}
      {props.children}
    </div>
  );
}

/** A slider that counts once it is let go: each value makes a picture. */
function SetSlider(props: {
  readonly name: string;
  readonly testId: string;
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly step?: number;
  readonly textOf: (value: number) => string;
  readonly onSet: (value: number) => void;
}): JSX.Element {
  const { textOf, onSet, value, ...rest } = props;
  const [held, setHeld] = useState<number | null>(null);
  // A key moves a slider and lets it go in one, before anything is drawn again.
  const latest = useRef(value);
  const shown = held ?? value;
  return (
    <Slider
      {...rest}
      value={shown}
      text={textOf(shown)}
      onInput={(moved) => {
        latest.current = moved;
        setHeld(moved);
      }}
      onChange={() => {
        setHeld(null);
        onSet(latest.current);
      }}
    />
  );
}
