import { checkMembers, type RgbImage } from "@sam2js/core";

/** @throws {InputError} it has no pixels */
export function checkRgb(image: RgbImage): void {
  checkMembers(image, "image", "RGB pixels with data, width and height", "data", "width", "height");
}
