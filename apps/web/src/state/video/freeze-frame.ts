import { words } from "../../words/words.js";
import { openFiles } from "../photos.js";
import { report } from "../problems.js";
import * as session from "../session.js";

/** Opens the frame that is on screen as a photo. */
export async function freezeFrame(): Promise<void> {
  const shown = session.photo.value;
  const image = shown && session.pixels.value.get(shown.id)?.image;
  if (!shown || !image) return;
  try {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const name = `${shown.name.replace(/\.[^.]+$/, "")}-${session.frame.value + 1}.png`;
    await openFiles([new File([blob], name, { type: "image/png" })]);
  } catch (error) {
    report(error, words().wrong.freeze);
  }
}
