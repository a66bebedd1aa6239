import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Scrolls a list to what has become the chosen one of it. @returns the ref of its element */
export function useInSight<E extends Element>(isChosen: boolean): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    if (isChosen) element.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isChosen]);
  return element;
}
