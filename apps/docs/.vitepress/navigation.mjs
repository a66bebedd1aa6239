const item = (text, link) => ({ text, link });

export const nav = [
  item("Get started", "/get-started/node"),
  item("Tasks", "/tasks/"),
  item("Guides", "/guides/choosing"),
  item("Playground", "/playground"),
  item("Packages", "/packages/pipeline"),
  item("API", "/api/"),
  item("Errors", "/errors"),
];

const group = (text, items) => ({ text, items: items.map(([title, link]) => item(title, link)) });
const packages = [
  "pipeline",
  "video",
  "processor",
  "masks",
  "runtime-node",
  "runtime-web",
  "element",
  "standalone",
  "nano",
  "checkpoint",
  "media",
];
const parts = ["batch", "embedding-store", "client", "core", "graph", "embeddings", "runtime-ort"];

const tasks = [
  group("Get started", [
    ["Node", "/get-started/node"],
    ["Vite, webpack, esbuild", "/get-started/vite"],
    ["A page without a bundler", "/get-started/page"],
    ["Next.js", "/get-started/next"],
    ["React, Vue, Svelte", "/get-started/frameworks"],
    ["Command line", "/get-started/cli"],
  ]),
  group("Tasks: pictures", [
    ["All tasks", "/tasks/"],
    ["One click", "/tasks/one-point"],
    ["Several clicks on one object", "/tasks/several-points"],
    ["A box", "/tasks/box"],
    ["A box with clicks", "/tasks/box-and-points"],
    ["Several objects in one picture", "/tasks/several-objects"],
    ["Choose between three masks", "/tasks/candidates"],
    ["Refine a mask", "/tasks/refine"],
    ["Encode once, click many times", "/tasks/embeddings"],
    ["Everything in a picture", "/tasks/mask-generation"],
  ]),
  group("Tasks: batches", [
    ["Several pictures at once", "/tasks/batch-of-images"],
    ["A different number of objects in each picture", "/tasks/ragged-objects"],
    ["A different number of clicks for each object", "/tasks/ragged-points"],
    ["Several boxes in several pictures", "/tasks/batch-of-boxes"],
  ]),
  group("Tasks: videos", [
    ["Follow an object through a video", "/tasks/track"],
    ["Follow several objects", "/tasks/track-objects"],
    ["Follow objects with several clicks", "/tasks/track-points"],
    ["Follow what is in a box", "/tasks/track-box"],
    ["Follow a mask", "/tasks/track-mask"],
    ["Correct an object on a later frame", "/tasks/track-refine"],
    ["Add an object later", "/tasks/track-later"],
    ["Follow an object both ways", "/tasks/track-both-ways"],
    ["Frames from a camera", "/tasks/track-stream"],
  ]),
  group("Tasks: models", [
    ["EdgeTAM", "/tasks/edgetam"],
    ["Features of a picture", "/tasks/vision-model"],
    ["A model without a checkpoint", "/tasks/config"],
    ["Your own fine-tune", "/tasks/own-checkpoint"],
  ]),
];
const guides = [
  group("Guides", [
    ["Choosing a model and a device", "/guides/choosing"],
    ["When something goes wrong", "/guides/troubleshooting"],
    ["Embeddings and split mode", "/guides/embeddings"],
    ["Video", "/guides/video"],
    ["Segment everything", "/guides/everything"],
    ["Files and data sets", "/guides/exports"],
    ["ONNX files", "/guides/onnx"],
    ["Server", "/packages/server"],
    ["Label Studio", "/guides/label-studio"],
    ["CVAT", "/guides/cvat"],
    ["Batches and fleets", "/guides/batch"],
    ["Electron", "/guides/electron"],
    ["Headers: CORS, COEP, CSP", "/guides/headers"],
    ["Workers and threads", "/guides/workers"],
    ["Phones and small machines", "/guides/phones"],
    ["The web app", "/packages/web"],
    ["A large model on a small device", "/guides/web-app"],
  ]),
  group("Coming from", [
    ["Python", "/coming-from/python"],
    ["transformers.js", "/coming-from/transformers-js"],
    ["Differences from the reference", "/how-it-works/differences"],
  ]),
];
const reference = [
  group("Reference", [
    ["Errors by code", "/errors"],
    ["When something goes wrong", "/guides/troubleshooting"],
    ["sam2 command", "/packages/cli"],
    ["Architecture and decisions", "/how-it-works/architecture"],
    ["Contributing", "/project/contributing"],
    ...[...packages, ...parts].map((name) => [`@sam2js/${name}`, `/packages/${name}`]),
  ]),
];

/**
 * What stands beside the pages of each part of the site. All of it beside each page would take half a second of a phone's time.
 *
 * @param {string[]} adrs  paths of the decision records, in order
 * @param {string[]} api  paths of the pages of the API reference
 */
export function sidebar(adrs, api) {
  const project = [
    group("How it works", [
      ["Architecture", "/how-it-works/architecture"],
      ["Benchmarks", "/how-it-works/bench"],
      ["Model card of nano", "/how-it-works/nano"],
      ["Numbers of the reference", "/how-it-works/reference"],
    ]),
    group("Taking part", [
      ["Contributing", "/project/contributing"],
      ["Security", "/project/security"],
      ["Code of conduct", "/project/conduct"],
      ["Licences", "/project/licences"],
    ]),
    group(
      "Decisions",
      adrs.map((path) => [path.replace(/.*\/0*(\d+)-/, "$1. ").replaceAll("-", " "), `/${path}`]),
    ),
  ];
  const names = [
    group("API reference", [
      ["All packages", "/api/"],
      ...api.map((path) => [path.replace(/^api\//, ""), `/${path}`]),
    ]),
  ];
  return {
    "/get-started/": tasks,
    "/tasks/": tasks,
    "/guides/": guides,
    "/coming-from/": guides,
    "/packages/": [...reference, ...guides],
    "/errors": reference,
    "/api/": names,
    "/how-it-works/": project,
    "/project/": project,
  };
}
