import { cutOuts } from "./cut-outs.js";
import { dialogs } from "./dialogs.js";
import { news } from "./news.js";
import { screen } from "./screen.js";
import { server } from "./server.js";

/** All texts of the app in English: the source of the type that each language fills. */
export const en = { ...screen, ...cutOuts, ...dialogs, ...news, ...server } as const;
