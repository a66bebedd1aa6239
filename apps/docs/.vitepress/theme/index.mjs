// The reader's own font: nothing to wait for before the first text.
import DefaultTheme from "vitepress/theme-without-fonts";
import "./readable.css";

export default DefaultTheme;
