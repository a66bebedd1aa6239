/** What is said of servers that encode, and of photos that were encoded ahead. */
export const server = {
  server: {
    title: "A server of yours",
    about:
      "sam2 serve encodes your photos, with any size of model; clicks are answered in this tab. While you use one of its models, the photos you open are sent to it.",
    url: "Address of the server",
    example: "http://127.0.0.1:8000",
    token: "Token, if it wants one",
    connect: "Connect",
    connecting: "Connecting…",
    there: { one: "{host} offers {count} model.", other: "{host} offers {count} models." },
    model: "on {host}, {side} pixels · encodes there",
    openThere: "Open the app of {host}",
    fault: {
      address:
        "This is no address of a server. It begins with http:// or https://, such as http://127.0.0.1:8000.",
      mixed: "A page from https may ask no server over http. Open the app that the server itself hands out.",
      policy:
        "This page asks servers of this computer and its own alone. Open the app that {host} itself hands out.",
      origin: "{host} is there, but refuses pages from here. Start it with --allow-origin {origin}.",
      unreachable: "Nobody answers at {host}. Is sam2 serve running, and is this the right port?",
      token: "{host} wants a token: one of those that it was started with.",
      unknownToken: "{host} does not know this token.",
      stopping: "{host} is starting or about to stop. Try again in a moment.",
      busy: "{host} has too much to do. Try again in a moment.",
      stranger: "What answers at {host} is no sam2 serve, or an older one.",
      changed: "{host} has other models than before. Connect again.",
    },
    fallback: "{why} {name} answers here now.",
    again: "Connect again",
  },
  prepared: {
    title: "Prepared photos",
    about:
      "A folder of photos with what sam2 encode made of them, dropped here or chosen: no photo is encoded, each click is answered at once.",
    choose: "Folder…",
    opened: { one: "{count} prepared photo", other: "{count} prepared photos" },
    noDecoder:
      "The folder has embeddings, but not their decoder. Run sam2 encode on it once more, which adds it.",
    missing: "{photo} was not prepared with the others.",
    useLocal: "Use {name}",
  },
  remote: {
    sent: "Photos go to {host}",
    sentText:
      "The photos you open are sent to {host}, which encodes them, because you chose a model of it. All else stays in this tab; choose another model and nothing is sent.",
    noVideo: "This model answers on photos alone. To follow objects in a video, choose one that runs here.",
  },
} as const;
