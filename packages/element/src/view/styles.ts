/** Everything that a page may change is a custom property here, or a part. */
export const CSS = `
:host { display: inline-block; position: relative; max-width: 100%; font: inherit; vertical-align: top }
:host([hidden]) { display: none }
.stage { position: relative; display: block; cursor: crosshair; touch-action: manipulation; outline-offset: 2px; overflow: hidden }
:host([mode="box"]) .stage { touch-action: none }
:host(:disabled) .stage { cursor: default }
canvas { display: block; width: 100%; height: auto }
svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none }
[part="mask"] {
  fill: var(--segment-anything-mask, #e5386d);
  fill-opacity: var(--segment-anything-mask-opacity, 0.45);
  stroke: var(--segment-anything-outline, #fff);
  stroke-width: var(--segment-anything-outline-width, 1.5px);
  vector-effect: non-scaling-stroke;
}
[part~="point"], [part="cursor"] {
  position: absolute; width: 0.75em; height: 0.75em; margin: -0.375em; box-sizing: border-box;
  border: 2px solid #fff; border-radius: 50%; box-shadow: 0 0 0 1px #0008; pointer-events: none;
}
[part~="include"] { background: var(--segment-anything-include, #18864b) }
[part~="exclude"] { background: var(--segment-anything-exclude, #c4314b); border-radius: 0 }
[part="cursor"] { width: 1.25em; height: 1.25em; margin: -0.625em; background: none }
[part="box"] {
  position: absolute; box-sizing: border-box; pointer-events: none;
  border: 2px dashed var(--segment-anything-box, #fff); outline: 1px solid #0008;
}
[part="status"] { display: block; min-height: 1.5em; line-height: 1.5 }
.help { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`;
