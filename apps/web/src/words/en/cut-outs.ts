/** What stands in the choices of a cut-out, and at the button that takes the main subject. */
export const cutOuts = {
  cutOut: {
    pictures: "Objects",
    together: "In one picture",
    apart: "One each",
    ground: "Ground",
    transparent: "Transparent",
    colour: "Colour",
    blur: "Blurred photo",
    groundColour: "Colour of the ground",
    strength: "Blur",
    softEdge: "Soft edge",
    margin: "Margin",
    file: "File",
    png: "PNG",
    webp: "WebP",
    jpeg: "JPEG",
    quality: "Quality",
    opaque: "JPEG has no transparency: the ground is white.",
  },
  subject: {
    take: "Main subject",
    title: "Take the main subject without a click; clicks correct it (W)",
    looking: "Looking for the main subject",
    stop: "Stop looking",
  },
} as const;
