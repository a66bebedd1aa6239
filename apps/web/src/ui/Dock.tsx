import type { JSX } from "preact";
import { setTool } from "../input/keyboard.js";
import { closeEverything, everything, startEverything } from "../state/everything.js";
import { brushSize, encoded, isIncluding, photo, photoId, type Tool, tool } from "../state/session.js";
import { arrowKeys } from "./arrow-keys.js";
import { Icon, type IconName } from "./icons.js";

const TOOLS: readonly {
  readonly id: Tool;
  readonly icon: IconName;
  readonly name: string;
  readonly key: string;
}[] = [
  { id: "box", icon: "box", name: "Box", key: "B" },
  { id: "brush", icon: "brush", name: "Brush", key: "P" },
  { id: "erase", icon: "erase", name: "Erase", key: "E" },
  { id: "move", icon: "hand", name: "Move", key: "H" },
];

/** What a hand draws lies on one frame: frames of a camera go by. */
const STILL_TOOLS = new Set<Tool>(["brush", "erase"]);

export function Dock(): JSX.Element {
  const isBrush = tool.value === "brush" || tool.value === "erase";
  const isVideo = photo.value?.video !== undefined;
  const isLive = photo.value?.video?.kind === "camera";
  const isReady = encoded.value.has(photoId.value ?? "");
  return (
    <section class="dock-area" aria-label="Tools">
      {isBrush && (
        <label class="brush-size card">
          <span>Size</span>
          <input
            type="range"
            min="2"
            max="120"
            data-testid="brush-size"
            value={brushSize.value}
            onInput={({ currentTarget }) => {
              brushSize.value = Number(currentTarget.value);
            }}
          />
        </label>
      )}
      <div class="dock card" role="toolbar" aria-label="Tools" onKeyDown={arrowKeys}>
        <ToolButton id="select" icon="smart" name="Select" letter="V" />
        <span class="signs" role="radiogroup" aria-label="Next click">
          <Sign isInclude={true} />
          <Sign isInclude={false} />
        </span>
        <span class="sep" />
        {TOOLS.filter(({ id }) => !isLive || !STILL_TOOLS.has(id)).map(({ id, icon, name, key }) => (
          <ToolButton key={id} id={id} icon={icon} name={name} letter={key} />
        ))}
        {!isVideo && <span class="sep" />}
        {!isVideo && (
          <button
            type="button"
            class={everything.value ? "tool wide on" : "tool wide"}
            data-testid="tool-everything"
            aria-pressed={everything.value !== null}
            title="Everything (A)"
            disabled={!isReady && !everything.value}
            onClick={() => (everything.value ? closeEverything() : void startEverything())}
          >
            <Icon name="all" />
            Everything
          </button>
        )}
      </div>
    </section>
  );
}

function ToolButton(props: { id: Tool; icon: IconName; name: string; letter: string }): JSX.Element {
  const isOn = tool.value === props.id && !everything.value;
  return (
    <button
      type="button"
      class={`tool tool-${props.id}${isOn ? " on" : ""}`}
      data-testid={`tool-${props.id}`}
      aria-pressed={isOn}
      title={`${props.name} (${props.letter})`}
      onClick={() => setTool(props.id)}
    >
      <Icon name={props.icon} />
      {props.name}
    </button>
  );
}

function Sign({ isInclude }: { isInclude: boolean }): JSX.Element {
  const isOn = isIncluding.value === isInclude;
  const name = isInclude ? "Include" : "Exclude";
  return (
    <button
      type="button"
      role="radio"
      class={isOn ? "on" : ""}
      aria-checked={isOn}
      aria-label={name}
      title={name}
      data-testid={`sign-${name.toLowerCase()}`}
      onClick={() => {
        isIncluding.value = isInclude;
        if (tool.value !== "select") setTool("select");
      }}
    >
      <Icon name={isInclude ? "plus" : "minus"} />
    </button>
  );
}
