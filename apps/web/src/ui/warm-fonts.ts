/** As in the styles. */
const WEIGHTS = [500, 600, 650, 680, 700];
const SIZES = [13, 12, 11];
/** Letters, digits and signs; the last ones are in few fonts, and must be looked for. */
const TEXTS = ["Aag0159 %·…×²", "−", "⌘⇧⏎⌫⌥"];

/**
 * Looks fonts up before text needs them, one at a time whenever the page rests. A browser that asks another process for a font makes the page's thread wait for
 * the answer, which takes long while a model loads: up to 0.1 s of the frame that opens a photo on two cores.
 */
export function warmFonts(): void {
  const wanted = TEXTS.flatMap((text) =>
    WEIGHTS.flatMap((weight) => SIZES.map((size) => ({ text, weight, size }))),
  );
  const probe = document.createElement("span");
  probe.ariaHidden = "true";
  probe.className = "visually-hidden num";
  const next = () => {
    const font = wanted.shift();
    if (!font) {
      probe.remove();
      return;
    }
    if (!probe.isConnected) document.body.append(probe);
    probe.textContent = font.text;
    probe.style.fontWeight = `${font.weight}`;
    probe.style.fontSize = `${font.size}px`;
    // Reading its width has the text laid out now.
    void probe.offsetWidth;
    later(next);
  };
  later(next);
}

function later(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 1000 });
  else setTimeout(work, 50);
}
