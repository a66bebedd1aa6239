import { openExample, SOFTWARE_GPU } from "./site.js";
import { tellStory } from "./story.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&device=webgpu", flags: SOFTWARE_GPU, prepare: openExample };

describeInBrowser("nano on WebGPU, on Chromium's software adapter", options, (stage) => {
  tellStory(() => stage.opened, "webgpu");
});
