import type { JSX } from "preact";

/** The app's own icons: 20 px, drawn with a line of 1.6. */
const ICONS = {
  smart: (
    <>
      <path d="M4 3l5.2 13 1.9-5.3L16.500 9z" />
      <path d="M15 14v4M13 16h4" />
    </>
  ),
  box: (
    <>
      <path d="M3 6V3h3M14 3h3v3M17 14v3h-3M6 17H3v-3M8.500 3h3M8.500 17h3M3 8.500v3M17 8.500v3" />
    </>
  ),
  brush: (
    <>
      <path d="M16.500 3.500c-3 1.500-6.500 5-8 7.500l2 2c2.500-1.500 5.500-5.500 6-9.500zM7.500 12c-3-.3-2 3.500-4.500 4.500 3 1.300 6.500 0 6.300-2.700z" />
    </>
  ),
  erase: (
    <>
      <path d="M11 4.500l5 5-6.500 6.500H6.500l-3-3zM7.500 8l5 5M9 16.500h8" />
    </>
  ),
  hand: (
    <>
      <path d="M6 10V5.200a1.200 1.200 0 012.400 0V9 3.700a1.200 1.200 0 012.400 0V9 4.700a1.200 1.200 0 012.400 0V10 7a1.200 1.200 0 012.300 0v5c0 3-2 5.300-5 5.300-3.400 0-4.600-2.300-6.800-6C3 10 4.500 9 6 11z" />
    </>
  ),
  all: (
    <>
      <path d="M3 3h5v6H3zM11 3h6v4h-6zM3 12h7v5H3zM13 10h4v7h-4z" />
    </>
  ),
  subject: (
    <>
      <path d="M3 6V3h3M14 3h3v3M17 14v3h-3M6 17H3v-3" />
      <path d="M10 9.300a2.100 2.100 0 100-4.200 2.100 2.100 0 000 4.200zM6 14.500c0-2.200 1.700-3.500 4-3.500s4 1.300 4 3.500z" />
    </>
  ),
  undo: (
    <>
      <path d="M7 5L3.500 8.500 7 12M4 8.500h7.500a4 4 0 010 8H9" />
    </>
  ),
  out: (
    <>
      <path d="M10 12V3M6.500 6L10 2.800 13.500 6M4 11v5.500h12V11" />
    </>
  ),
  lock: (
    <>
      <path d="M10 2.500l6 2.300v4.700c0 4-2.600 6.600-6 8-3.400-1.400-6-4-6-8V4.800zM7.300 10l2 2 3.500-4" />
    </>
  ),
  locked: (
    <>
      <path d="M5 9h10v8H5zM7 9V6a3 3 0 016 0v3" />
    </>
  ),
  unlocked: (
    <>
      <path d="M5 9h10v8H5zM7 9V5.500a3 3 0 015.800-1" />
    </>
  ),
  up: (
    <>
      <path d="M5 12.500l5-5 5 5" />
    </>
  ),
  eye: (
    <>
      <path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z" />
      <circle cx="10" cy="10" r="2.300" />
    </>
  ),
  copy: (
    <>
      <rect x="7" y="7" width="10" height="10" rx="2" />
      <path d="M13 7V5a2 2 0 00-2-2H5a2 2 0 00-2 2v6a2 2 0 002 2h2" />
    </>
  ),
  bin: (
    <>
      <path d="M3.500 5.500h13M8 5.500V3.500h4v2M5 5.500l.8 11h8.400l.8-11" />
    </>
  ),
  plus: (
    <>
      <path d="M10 4v12M4 10h12" />
    </>
  ),
  bolt: (
    <>
      <path d="M11.500 2.500 4.500 11.500h4.800l-.8 6 7-9h-4.800z" />
    </>
  ),
  minus: (
    <>
      <path d="M4 10h12" />
    </>
  ),
  down: (
    <>
      <path d="M6 8l4 4 4-4" />
    </>
  ),
  ok: (
    <>
      <path d="M4 10.500l4 4 8-9" />
    </>
  ),
  fit: (
    <>
      <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" />
    </>
  ),
  next: (
    <>
      <path d="M7.500 5l5 5-5 5" />
    </>
  ),
  lift: (
    <>
      <path
        d="M7 3.500c4-1.500 8 1 8 5s-2.500 8-6 8-6-3-6-6.500 1.500-5.500 4-6.500z"
        stroke-dasharray="2.500 2.200"
      />
    </>
  ),
  eyeoff: (
    <>
      <path d="M3 3l14 14M8.200 5.200A8 8 0 0110 5c5 0 8 5 8 5a14 14 0 01-2.300 2.700M5 6.700A13 13 0 002 10s3 5 8 5a8 8 0 003-.6" />
    </>
  ),
  keys: (
    <>
      <path d="M3 5.500h14v9H3zM6 8.500h.01M9 8.500h.01M12 8.500h.01M14.500 8.500h.01M6.500 11.500h7" />
    </>
  ),
  gear: (
    <>
      <path d="M3 6h6.500M13.500 6H17M3 14h3.500M10.500 14H17" />
      <circle cx="11.500" cy="6" r="2" />
      <circle cx="8.500" cy="14" r="2" />
    </>
  ),
  close: (
    <>
      <path d="M5 5l10 10M15 5L5 15" />
    </>
  ),
  panel: (
    <>
      <path d="M3 4h14v12H3zM12.500 4v12" />
    </>
  ),
  play: (
    <>
      <path d="M6.500 4.500v11l9-5.500z" fill="currentColor" />
    </>
  ),
  pause: (
    <>
      <path d="M7 4.500v11M13 4.500v11" stroke-width="3" />
    </>
  ),
  markIn: (
    <>
      <path d="M10.500 4H7v12h3.500M13 10h.01" />
    </>
  ),
  markOut: (
    <>
      <path d="M9.500 4H13v12H9.500M7 10h.01" />
    </>
  ),
  track: (
    <>
      <path d="M3 10h9.500M9 5.500l4.500 4.500L9 14.500M17 4.500v11" />
    </>
  ),
  camera: (
    <>
      <path d="M3 5.500h10v9H3zM13 9l4-2.500v7L13 11z" />
    </>
  ),
  several: (
    <>
      <path d="M3.500 5l1.300 1.300L7.500 3.500M3.500 14l1.300 1.300 2.700-2.800M10.500 5H17M10.500 14H17" />
    </>
  ),
  merge: (
    <>
      <path d="M12.500 7.500H16a1 1 0 011 1V16a1 1 0 01-1 1H8.500a1 1 0 01-1-1v-3.500H4a1 1 0 01-1-1V4a1 1 0 011-1h7.500a1 1 0 011 1z" />
    </>
  ),
  cut: (
    <>
      <path d="M12.500 7.500V4a1 1 0 00-1-1H4a1 1 0 00-1 1v7.500a1 1 0 001 1h3.500v-5z" />
      <path d="M10.500 17H8.500a1 1 0 01-1-1v-1.500M17 13.500V16a1 1 0 01-1 1h-2.500M15 7.500h1a1 1 0 011 1v2" />
    </>
  ),
  folder: (
    <>
      <path d="M3 15.500v-11h4.500l2 2H17v9z" />
    </>
  ),
  into: (
    <>
      <path d="M10 2.500V12M6.500 9l3.500 3.200L13.500 9M4 11v5.500h12V11" />
    </>
  ),
  open: (
    <>
      <path d="M3 15.500v-11h4.500l2 2H17v9zM10 9v4M8 11h4" />
    </>
  ),
} as const;

/** What points to where lines go on: the other way where they run from right to left. */
const TURNING: ReadonlySet<string> = new Set(["next", "undo"]);

export type IconName = keyof typeof ICONS;

export function Icon({ name, isFlipped }: { name: IconName; isFlipped?: boolean }): JSX.Element {
  return (
    <svg
      class={`icon${isFlipped ? " flipped" : ""}${TURNING.has(name) ? " turning" : ""}`}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      {ICONS[name]}
    </svg>
  );
}
