import { FileBytes } from "./common.js";

/** The kinds of picture files that may be a body themselves. */
const PICTURES = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "application/octet-stream",
];

/**
 * A body with a picture: JSON, a form, or with `isBare` the picture's file itself. A route that takes forms
 * reads them with `preValidation: readForm`.
 */
export function pictureBody<J, F>(json: J, form: F, isBare = true) {
  return {
    content: {
      "application/json": { schema: json },
      "multipart/form-data": { schema: form },
      ...(isBare && Object.fromEntries(PICTURES.map((type) => [type, { schema: FileBytes }]))),
    },
  };
}
