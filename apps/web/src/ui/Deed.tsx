import type { JSX } from "preact";
import { Icon, type IconName } from "./icons.js";

/** One of several things to do, as a row of a list. */
export function Deed(props: {
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
