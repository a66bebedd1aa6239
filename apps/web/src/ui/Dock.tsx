import type { JSX } from "preact";
import { setTool } from "../state/actions.js";
import { closeEverything, everything, startEverything } from "../state/everything.js";
import {
  brushSize,
  encoded,
  isIncluding,
  photo,
  photoId,
  setBrushSize,
  setIncluding,
  type Tool,
  tool,
} from "../state/session.js";
import { fill, words } from "../words/words.js";
import { arrowKeys } from "./arrow-keys.js";
import { Icon, type IconName } from "./icons.js";

const TOOLS: readonly {
  readonly id: Tool;
  readonly icon: IconName;
  readonly key: string;
}[] = [
  { id: "box", icon: "box", key: "B" },
  { id: "brush", icon: "brush", key: "P" },
  { id: "erase", icon: "erase", key: "E" },
  { id: "move", icon: "hand", key: "H" },
];

/** What a hand draws lies on one frame: frames of a camera go by. */
const STILL_TOOLS = new Set<Tool>(["brush", "erase"]);

export function Dock(): JSX.Element {
  const { dock } = words();
  const isBrush = tool.value === "brush" || tool.value === "erase";
  const isVideo = photo.value?.video !== undefined;
  const isLive = photo.value?.video?.kind === "camera";
  const isReady = encoded.value.has(photoId.value ?? "");
  return (
    <section class="dock-area" aria-label={dock.tools}>
      {isBrush && (
        <label class="brush-size card">
          <span>{dock.size}</span>
          <input
            type="range"
            min="2"
            max="120"
            data-testid="brush-size"
            value={brushSize.value}
            onInput={({ currentTarget }) => setBrushSize(Number(currentTarget.value))}
          />
        </label>
      )}
      <div class="dock card" role="toolbar" aria-label={dock.tools} onKeyDown={arrowKeys}>
        <ToolButton id="select" icon="smart" letter="V" />
        <span class="signs" role="radiogroup" aria-label={dock.nextClick}>
          <Sign isInclude={true} />
          <Sign isInclude={false} />
        </span>
        <span class="sep" />
        {TOOLS.filter(({ id }) => !isLive || !STILL_TOOLS.has(id)).map(({ id, icon, key }) => (
          <ToolButton key={id} id={id} icon={icon} letter={key} />
        ))}
        {!isVideo && <span class="sep" />}
        {!isVideo && (
          <button
            type="button"
            class={everything.value ? "tool wide on" : "tool wide"}
            data-testid="tool-everything"
            aria-pressed={everything.value !== null}
            title={dock.everythingKey}
            disabled={!isReady && !everything.value}
            onClick={() => (everything.value ? closeEverything() : void startEverything())}
          >
            <Icon name="all" />
            <span class="tool-name">{dock.everything}</span>
          </button>
        )}
      </div>
    </section>
  );
}

function ToolButton(props: { id: Tool; icon: IconName; letter: string }): JSX.Element {
  const { dock } = words();
  const name = dock[props.id];
  const isOn = tool.value === props.id && !everything.value;
  return (
    <button
      type="button"
      class={`tool tool-${props.id}${isOn ? " on" : ""}`}
      data-testid={`tool-${props.id}`}
      aria-pressed={isOn}
      title={fill(dock.tool, { name, key: props.letter })}
      onClick={() => setTool(props.id)}
    >
      <Icon name={props.icon} />
      <span class="tool-name">{name}</span>
    </button>
  );
}

function Sign({ isInclude }: { isInclude: boolean }): JSX.Element {
  const isOn = isIncluding.value === isInclude;
  const name = isInclude ? words().dock.include : words().dock.exclude;
  return (
    <button
      type="button"
      role="radio"
      class={isOn ? "on" : ""}
      aria-checked={isOn}
      aria-label={name}
      title={name}
      data-testid={isInclude ? "sign-include" : "sign-exclude"}
      onClick={() => {
        setIncluding(isInclude);
        if (tool.value !== "select") setTool("select");
      }}
    >
      <Icon name={isInclude ? "plus" : "minus"} />
    </button>
  );
}
