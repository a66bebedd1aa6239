// What moves on a page. The pages themselves are HTML, without a framework; a page that does more fetches its own part.
import "./code-blocks.js";
import "./menus.js";
import "./search.js";
import "./theme-switch.js";

if (document.querySelector(".playground")) import("../playground/playground.js");
if (document.querySelector(".calculator")) import("../components/calculator.js");
