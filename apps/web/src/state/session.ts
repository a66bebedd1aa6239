/** The state of the page under one name; each part lies beside this, with the verbs that write it. */
export * from "./document.js";
export * from "./model.js";
export * from "./preferences.js";
export * from "./shown.js";
export * from "./steps.js";
export * from "./telling.js";
export * from "./tools.js";
